"""A ranking cut into pages, with what decides always within reach."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from grants.evaluation.models import Ranking, RankingPlace
from grants.kit import paging
from grants.proposals.models import Proposal


@dataclass(frozen=True, slots=True, kw_only=True)
class RankingPage:
    """Some places of a ranking, their proposals, and the pages on which what decides is."""

    places: Sequence[Mapping[str, Any]]
    proposals: Mapping[str, Proposal]
    """Those of the places shown, and of all ties on which money depends."""
    start: int
    """The position of the first place shown, counted from 0."""
    number: int
    pages: int
    line: int | None
    """The page with the budget line."""
    ties: Mapping[int, int]
    """The page on which each tie begins that decides on money."""


def page(
    db: Session,
    ranking: Ranking,
    number: int,
    named: Callable[[Ranking, Collection[str]], Mapping[str, Proposal]],
) -> RankingPage:
    """Return a page of the ranking, and where what decides is found in it."""
    count = ranking.summary["places"]
    number = paging.within(number, count)
    start = paging.start(number)
    mine = select(RankingPlace).where(RankingPlace.ranking_id == ranking.id)
    rows = db.scalars(
        mine.where(RankingPlace.position.between(start, start + paging.PAGE - 1)).order_by(
            RankingPlace.position
        )
    ).all()
    tied = [t for t in ranking.summary["open_ties"] if t["decides_money"]]
    heads = {tie["number"]: tie["references"][0] for tie in tied}
    headed = mine.where(RankingPlace.reference.in_(heads.values()))
    found = db.scalars(headed) if heads else ()
    at = {it.reference: it.position for it in found}
    shown = {it.reference for it in rows} | {each for t in tied for each in t["references"]}
    line = ranking.summary["budget_line"]
    return RankingPage(
        places=[it.place for it in rows],
        proposals=named(ranking, shown),
        start=start,
        number=number,
        pages=paging.pages(count),
        line=None if line is None or line >= count else line // paging.PAGE + 1,
        ties={tie: at[head] // paging.PAGE + 1 for tie, head in heads.items()},
    )

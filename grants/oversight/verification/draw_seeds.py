"""Draws: each seed against what was committed, each order against its seed and the ledger."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, undefer

from grants.calls.models import DrawSeed
from grants.calls.service.draw_seeds import NOUN
from grants.decisions.models import ReserveDraw
from grants.evaluation.models import Ranking
from grants.oversight.verification.entries import Entries, Finding
from grants.rules.scoring import Unusable, commitment, drawn_order


def findings(session: Session, entries: Entries) -> Iterator[Finding]:
    """Compare seeds with their commitments, and draws with both."""
    query = sa.select(DrawSeed).options(joinedload(DrawSeed.call), undefer(DrawSeed.secret))
    seeds = {it.call_id: it for it in session.scalars(query.order_by(DrawSeed.id))}
    for it in seeds.values():
        yield from _seed(it, entries)
    for reference in sorted({*entries.references(NOUN)} - {it.call.code for it in seeds.values()}):
        yield Finding(
            reference=reference, what="the ledger knows its seed of draws, and it is gone"
        )
    for ranking in session.scalars(sa.select(Ranking).order_by(Ranking.id)):
        reference = f"{ranking.call.code}/{ranking.number}"
        if ranking.draws != ranking.inputs.get("draws", ranking.draws):
            yield Finding(reference=reference, what="its draws are not those it was computed from")
        yield from _draws(reference, seeds.get(ranking.call_id), ranking.draws)
        yield from _recorded(ranking, entries)
    for held in session.scalars(sa.select(ReserveDraw).order_by(ReserveDraw.id)):
        ranking = held.ranking
        reference = f"{ranking.call.code}/{ranking.number}"
        drawn = [{"order": held.order, "seed": held.seed}]
        yield from _draws(reference, seeds.get(ranking.call_id), drawn)


def _seed(it: DrawSeed, entries: Entries) -> Iterator[Finding]:
    reference = it.call.code
    if commitment(it.secret) != it.sha256:
        yield Finding(reference=reference, what="its seed of draws is not the one it committed")
    committed = entries.last(NOUN, reference, "commit")
    if committed is None or committed.facts.get("sha256") != it.sha256:
        what = "the hash of its seed of draws is not the one in the ledger"
        yield Finding(reference=reference, what=what)
    revealed = entries.last(NOUN, reference, "reveal")
    if (revealed is None) != (it.revealed_at is None):
        what = "whether its seed of draws is revealed is not what the ledger says"
        yield Finding(reference=reference, what=what)
    elif revealed is not None and revealed.facts.get("seed") != it.secret:
        yield Finding(reference=reference, what="its seed of draws is not the one in the ledger")


def _draws(
    reference: str, seed: DrawSeed | None, draws: Iterable[Mapping[str, Any]]
) -> Iterator[Finding]:
    """Check that each seeded draw has the order that the seed of its call gives."""
    for drawn in draws:
        if not drawn.get("seed"):
            continue
        if seed is None or drawn["seed"] != seed.secret:
            yield Finding(reference=reference, what="a draw follows another seed than its call’s")
        elif _order(seed.secret, drawn["order"]) != drawn["order"]:
            yield Finding(
                reference=reference, what="the order of a draw is not what its seed gives"
            )


def _order(seed: str, tied: Sequence[str]) -> list[str]:
    try:
        return list(drawn_order(seed, tied))
    except Unusable:
        return []


def _recorded(ranking: Ranking, entries: Entries) -> Iterator[Finding]:
    """Check that the ledger knows each draw of a run, with its order and its seed."""
    known = [
        entry
        for number in range(1, ranking.number + 1)
        for entry in entries.of("ranking", f"{ranking.call.code}/{number}")
        if entry.action == "draw" and entry.facts.get("list") != "reserve"
    ]
    if any("order" not in entry.facts for entry in known):
        return  # an older portal did not say it
    told = [(entry.facts["order"], entry.facts.get("seed", "")) for entry in known]
    for drawn in ranking.draws:
        if (drawn["order"], drawn.get("seed", "")) not in told:
            reference = f"{ranking.call.code}/{ranking.number}"
            yield Finding(reference=reference, what="a draw of it is not in the ledger")

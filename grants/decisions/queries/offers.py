"""What the ranking offers to a proposal: on the main list, or in its turn on the reserve list."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, tee
from typing import Any

from sqlalchemy import Select, and_, or_, select, true
from sqlalchemy.orm import Session, joinedload

from grants.calls.models import Call
from grants.decisions.models import Decision, ReserveDraw
from grants.decisions.queries.awarded_money import AWARDS, awarded
from grants.decisions.queries.current import CURRENT
from grants.evaluation.models import Ranking, RankingPlace
from grants.proposals.models import Proposal
from grants.rules.scoring import Outcome, Rules
from grants.rules.scoring.allocation import walk
from grants.rules.workflow import DecisionKind, ProposalStatus, RankingStatus

_AT_ONCE = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What can be awarded to a proposal without departing from the ranking, in cents.

    0 where the money does not reach it. `tie`: the references among which a draw decides first
    whom the money reaches.
    """

    cents: int = 0
    tie: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Offers:
    """What the adopted ranking of a call offers now."""

    db: Session

    def to(self, proposal: Proposal) -> Offer:
        """Return what the ranking offers to a proposal, whatever is decided on it so far."""
        its = and_(
            RankingPlace.ranking_id == Ranking.id, RankingPlace.reference == proposal.reference
        )
        adopted = _adopted(proposal.call).add_columns(RankingPlace.place)
        found = self.db.execute(adopted.outerjoin(RankingPlace, its)).first()
        if found is None:
            main = proposal.status is ProposalStatus.MAIN
            return Offer(cents=proposal.requested_cents or 0) if main else Offer()
        ranking, place = found
        if place is None or place["outcome"] == Outcome.BELOW_THRESHOLD:
            return Offer()
        if place["outcome"] == Outcome.MAIN:
            return Offer(cents=place["offered_cents"])
        return self.reserve(ranking, proposal.call, its=proposal).get(proposal.reference, Offer())

    def main(self, call: Call, references: Sequence[str]) -> dict[str, int]:
        """Return what the adopted ranking offers to these on its main list, in cents; one query."""
        if not references:
            return {}
        query = (
            select(RankingPlace.reference, RankingPlace.place)
            .join(Ranking, Ranking.id == RankingPlace.ranking_id)
            .where(
                Ranking.call_id == call.id,
                Ranking.status == RankingStatus.ADOPTED,
                RankingPlace.reference.in_(references),
            )
        )
        return {
            reference: place["offered_cents"]
            for reference, place in self.db.execute(query)
            if place["outcome"] == Outcome.MAIN
        }

    def tie_to_draw(
        self, call: Call, ranking: Ranking | None = None, drawn: Sequence[ReserveDraw] | None = None
    ) -> tuple[str, ...]:
        """Name those on the reserve list among whom a draw decides now; none where it does not.

        The adopted ranking and the draws among its reserve are asked for unless they are given.
        """
        ranking = ranking or self.db.scalar(_adopted(call))
        offers = self.reserve(ranking, call, drawn=drawn).values() if ranking else ()
        return next((it.tie for it in offers if it.tie), ())

    def draws(self, ranking: Ranking) -> Sequence[ReserveDraw]:
        """List the draws among the reserve list of an adopted ranking, the oldest first."""
        query = select(ReserveDraw).where(ReserveDraw.ranking_id == ranking.id)
        held = query.options(joinedload(ReserveDraw.held_by)).order_by(ReserveDraw.id)
        return self.db.scalars(held).all()

    def reserve(
        self,
        ranking: Ranking,
        call: Call,
        its: Proposal | None = None,
        drawn: Sequence[ReserveDraw] | None = None,
    ) -> dict[str, Offer]:
        """Walk down the reserve list with the money that is free, by the call's own list rule.

        `its` is a proposal whose decision, which is being made anew, counts for nothing.
        """
        free = call.envelope_cents - self._claimed(ranking, call, its)
        if free < max(1, call.smallest_cents):
            return {}  # nothing so small is awarded, whoever is next
        groups, asked = tee(self._groups(ranking, call, its, drawn))
        rules = replace(Rules.from_dict(ranking.summary["rules"]), envelope_cents=free)
        steps = walk(rules, ([it["requested_cents"] for it in group] for group in asked))
        offers: dict[str, Offer] = {}
        tie: tuple[str, ...] = ()
        for group, step in zip(groups, steps, strict=False):  # strict would look beyond the end
            if step.decides and not tie:
                tie = tuple(it["reference"] for it in group)
            for place, found in zip(group, step.offers, strict=True):
                certain = len(found) == 1
                offers[place["reference"]] = (
                    Offer(cents=next(iter(found))) if certain else Offer(tie=tie)
                )
            if step.money.ended:
                break
        return offers

    def _groups(
        self,
        ranking: Ranking,
        call: Call,
        its: Proposal | None,
        held: Sequence[ReserveDraw] | None,
    ) -> Iterator[list[Mapping[str, Any]]]:
        """Return who waits on the reserve list in its order; those that are level together."""
        listed = or_(
            Proposal.status == ProposalStatus.RESERVE,
            # What was rejected because the money did not reach it keeps its place: whoever comes
            # after it is not next by that.
            and_(
                Proposal.status == ProposalStatus.REJECTED,
                Decision.kind == DecisionKind.REJECT_BUDGET,
            ),
        )
        waiting = (
            place
            for place, decision, status in self._in_order(_placed(ranking, call).where(listed))
            if place["outcome"] == Outcome.RESERVE
            and _waits(status, None if its and place["reference"] == its.reference else decision)
        )
        drawn = [it.order for it in (self.draws(ranking) if held is None else held)]
        for _rank, level in groupby(waiting, key=lambda it: it["rank"]):
            yield from _drawn(list(level), drawn)

    def _in_order(self, placed: Select[Any, Decision | None, ProposalStatus]) -> Iterator[Any]:
        """Read places as they are asked for: most lists end long before their last."""
        position, more = -1, True
        while more:
            after = placed.where(RankingPlace.position > position).add_columns(
                RankingPlace.position
            )
            rows = self.db.execute(after.order_by(RankingPlace.position).limit(_AT_ONCE)).all()
            for place, decision, status, at in rows:
                position = at
                yield place, decision, status
            more = len(rows) == _AT_ONCE

    def _claimed(self, ranking: Ranking, call: Call, its: Proposal | None) -> int:
        """Add up what is awarded, and what the main list still has a claim to, in cents."""
        but = () if its is None else (Proposal.id != its.id,)
        undecided = or_(Decision.id.is_(None), and_(Decision.departs, Decision.signed_at.is_(None)))
        main = (
            _placed(ranking, call)
            .where(Proposal.status == ProposalStatus.MAIN, undecided)
            .with_only_columns(RankingPlace.place, Decision.awarded_cents)
            .subquery()
        )
        all_awards = select(awarded(call, *but).scalar_subquery().label("cents")).subquery()
        # One query, and one row at least: the sum stands where nothing waits on the main list.
        rows = self.db.execute(
            select(all_awards.c.cents, main.c.place, main.c.awarded_cents)
            .select_from(all_awards)
            .outerjoin(main, true())
        ).all()
        return int(rows[0].cents) + sum(
            max(0, (place["offered_cents"] or 0) - (promised or 0))
            for _cents, place, promised in rows
            if place is not None
        )


def _adopted(call: Call) -> Select[Ranking]:
    query = select(Ranking).where(
        Ranking.call_id == call.id, Ranking.status == RankingStatus.ADOPTED
    )
    return query.order_by(Ranking.number.desc()).limit(1)


def _placed(ranking: Ranking, call: Call) -> Select[Any, Decision | None, ProposalStatus]:
    """Select places of a ranking, with what is decided on each and where it stands by now."""
    return (
        select(RankingPlace.place, Decision, Proposal.status)
        .select_from(Proposal)
        .join(
            RankingPlace,
            and_(
                RankingPlace.reference == Proposal.reference,
                RankingPlace.ranking_id == ranking.id,
            ),
        )
        .outerjoin(Decision, CURRENT)
        .where(Proposal.call_id == call.id)
    )


def _waits(status: ProposalStatus, decision: Decision | None) -> bool:
    """Return whether a proposal still has its turn on the reserve list."""
    kind = decision.kind if decision else None
    if status is ProposalStatus.REJECTED:
        return kind is DecisionKind.REJECT_BUDGET
    gone = (
        decision is not None
        and kind is DecisionKind.REJECT_OTHER
        and not (decision.departs and decision.signed_at is None)
    )
    return kind not in AWARDS and not gone


def _drawn(
    level: list[Mapping[str, Any]], drawn: Sequence[Sequence[str]]
) -> Iterator[list[Mapping[str, Any]]]:
    """Put those that are level into the order of a draw that names them all, if there was one."""
    names = {it["reference"] for it in level}
    order = next((order for order in reversed(drawn) if names <= set(order)), None)
    if order is None:
        yield level
        return
    for place in sorted(level, key=lambda it: order.index(it["reference"])):
        yield [place]


def departs(proposal: Proposal, kind: DecisionKind, cents: int | None, offer: Offer) -> bool:
    """Return whether a decision departs from what the ranking offers to a proposal.

    Another amount than what is offered does, and so does an award out of turn, or turning away
    somebody whom the money reaches.
    """
    if kind in AWARDS:
        return cents != offer.cents
    if kind is DecisionKind.REJECT_OTHER:
        return proposal.status in (ProposalStatus.MAIN, ProposalStatus.RESERVE)
    return kind is DecisionKind.REJECT_BUDGET and bool(offer.cents or offer.tie)


def could_be(proposal: Proposal, cents: int | None) -> bool:
    """Return whether an amount is within the call's limits and what was asked for."""
    call = proposal.call
    most = min(call.largest_cents, proposal.requested_cents or 0)
    return cents is None or call.smallest_cents <= cents <= most

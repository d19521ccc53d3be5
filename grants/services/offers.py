"""What the ranking offers to a proposal: on the main list, or in its turn on the reserve list."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, undefer

from grants.evaluation import Outcome, Rules
from grants.evaluation.allocation import allocate
from grants.models import Call, Decision, Project, Proposal, Ranking, ReserveDraw
from grants.workflow import DecisionKind, ProjectStatus, ProposalStatus, RankingStatus

AWARDS = (DecisionKind.AWARD, DecisionKind.AWARD_WITH_CONDITIONS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What can be awarded to a proposal without departing from the ranking, in cents.

    0 where the money does not reach it. `tie`: the references among which a draw decides first
    whom the money reaches.
    """

    cents: int = 0
    tie: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Standing:
    """Where a ranked proposal stands by now."""

    reference: str
    status: ProposalStatus
    kind: DecisionKind | None
    awarded: int
    open: bool
    """Whether its decision departs from the ranking and nobody signed second yet."""
    freed: bool

    @property
    def committed(self) -> int:
        """Give what its decision takes of the envelope."""
        gone = self.freed or self.status is ProposalStatus.WITHDRAWN
        return 0 if gone else self.awarded

    @property
    def waits(self) -> bool:
        """Tell whether it still has its turn on the reserve list.

        What was rejected because the money did not reach it keeps its place: whoever comes after
        it is not next by that.
        """
        if self.status is ProposalStatus.REJECTED:
            return self.kind is DecisionKind.REJECT_BUDGET
        if self.status is not ProposalStatus.RESERVE:
            return False
        gone = self.kind is DecisionKind.REJECT_OTHER and not self.open
        return self.kind not in AWARDS and not gone


@dataclass(frozen=True, slots=True)
class Offers:
    """What the adopted ranking of a call offers now."""

    db: Session

    def to(self, proposal: Proposal) -> Offer:
        """Tell what the ranking offers to a proposal, whatever is decided on it so far."""
        ranking = self._adopted(proposal.call)
        if ranking is None:
            main = proposal.status is ProposalStatus.MAIN
            return Offer(cents=proposal.requested_cents or 0) if main else Offer()
        places = {place["reference"]: place for place in ranking.result["places"]}
        place = places.get(proposal.reference)
        if place is None or place["outcome"] == Outcome.BELOW_THRESHOLD:
            return Offer()
        if place["outcome"] == Outcome.MAIN:
            return Offer(cents=place["offered_cents"])
        its = proposal.reference
        return self._reserve(ranking, proposal.call, its=its).get(its, Offer())

    def tie_to_draw(
        self, call: Call, ranking: Ranking | None = None, drawn: Sequence[ReserveDraw] | None = None
    ) -> tuple[str, ...]:
        """Name those on the reserve list among whom a draw decides now; none where it does not.

        The adopted ranking and the draws among its reserve are asked for unless they are given.
        """
        ranking = ranking or self._adopted(call)
        offers = self._reserve(ranking, call, drawn=drawn).values() if ranking else ()
        return next((it.tie for it in offers if it.tie), ())

    def draws(self, ranking: Ranking) -> Sequence[ReserveDraw]:
        """List the draws among the reserve list of an adopted ranking, the oldest first."""
        query = select(ReserveDraw).where(ReserveDraw.ranking_id == ranking.id)
        held = query.options(joinedload(ReserveDraw.held_by)).order_by(ReserveDraw.id)
        return self.db.scalars(held).all()

    def _adopted(self, call: Call) -> Ranking | None:
        query = (
            select(Ranking)
            .where(Ranking.call_id == call.id, Ranking.status == RankingStatus.ADOPTED)
            .options(undefer(Ranking.result))
        )
        return self.db.scalar(query.order_by(Ranking.number.desc()).limit(1))

    def _reserve(
        self,
        ranking: Ranking,
        call: Call,
        its: str = "",
        drawn: Sequence[ReserveDraw] | None = None,
    ) -> dict[str, Offer]:
        """Walk down the reserve list with the money that is free, by the call's own list rule.

        `its` is a reference whose decision, which is being made anew, counts for nothing.
        """
        standings = self._standings(call)
        if its in standings:
            standings[its] = replace(standings[its], kind=None, awarded=0)
        free = call.envelope_cents - sum(_claims(ranking, standings))
        groups = list(self._groups(ranking, standings, drawn))
        rules = replace(Rules.from_dict(ranking.result["rules"]), envelope_cents=max(0, free))
        steps = allocate(rules, [[it["requested_cents"] for it in group] for group in groups])
        offers: dict[str, Offer] = {}
        tie: tuple[str, ...] = ()
        for group, step in zip(groups, steps, strict=True):
            if step.decides and not tie:
                tie = tuple(it["reference"] for it in group)
            for place, found in zip(group, step.offers, strict=True):
                certain = len(found) == 1
                offers[place["reference"]] = (
                    Offer(cents=next(iter(found))) if certain else Offer(tie=tie)
                )
        return offers

    def _groups(
        self,
        ranking: Ranking,
        standings: Mapping[str, _Standing],
        held: Sequence[ReserveDraw] | None,
    ) -> Iterator[list[Mapping[str, Any]]]:
        """Give who waits on the reserve list in its order; those that are level together."""
        waiting = [
            place
            for place in ranking.result["places"]
            if place["outcome"] == Outcome.RESERVE
            and place["reference"] in standings
            and standings[place["reference"]].waits
        ]
        drawn = [it.order for it in (self.draws(ranking) if held is None else held)]
        for _rank, level in groupby(waiting, key=lambda it: it["rank"]):
            yield from _drawn(list(level), drawn)

    def _standings(self, call: Call) -> dict[str, _Standing]:
        rows = self.db.execute(
            select(
                Proposal.reference,
                Proposal.status,
                Decision.kind,
                Decision.awarded_cents,
                Decision.departs,
                Decision.signed_at,
                Project.status,
                Project.freed_cents,
            )
            .outerjoin(Decision, Decision.proposal_id == Proposal.id)
            .outerjoin(Project, Project.proposal_id == Proposal.id)
            .where(Proposal.call_id == call.id)
        )
        return {
            reference: _Standing(
                reference=reference,
                status=status,
                kind=kind,
                awarded=(awarded or 0) - (back or 0),
                open=bool(departs) and signed is None,
                freed=project is ProjectStatus.FAILED,
            )
            for reference, status, kind, awarded, departs, signed, project, back in rows
        }


def _claims(ranking: Ranking, standings: Mapping[str, _Standing]) -> Iterator[int]:
    """Give what is awarded, and what the main list still has a claim to."""
    offered = {it["reference"]: it["offered_cents"] or 0 for it in ranking.result["places"]}
    for reference, it in standings.items():
        undecided = it.status is ProposalStatus.MAIN and (it.kind is None or it.open)
        yield max(it.committed, offered.get(reference, 0)) if undecided else it.committed


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
    """Tell whether a decision departs from what the ranking offers to a proposal.

    Another amount than what is offered does, and so does an award out of turn, or turning away
    somebody whom the money reaches.
    """
    if kind in AWARDS:
        return cents != offer.cents
    if kind is DecisionKind.REJECT_OTHER:
        return proposal.status in (ProposalStatus.MAIN, ProposalStatus.RESERVE)
    return kind is DecisionKind.REJECT_BUDGET and bool(offer.cents or offer.tie)


def could_be(proposal: Proposal, cents: int | None) -> bool:
    """Tell whether an amount is within the call's limits and what was asked for."""
    call = proposal.call
    most = min(call.largest_cents, proposal.requested_cents or 0)
    return cents is None or call.smallest_cents <= cents <= most

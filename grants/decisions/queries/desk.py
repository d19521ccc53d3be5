"""The desk of decisions: what a call waits for and what it decided, cut into pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import ScalarSelect, Select, func, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from grants.calls.models import Call
from grants.decisions.models import Decision
from grants.decisions.queries.awarded_money import AWARDS, awarded
from grants.decisions.queries.current import CURRENT
from grants.kit import paging
from grants.proposals.models import Proposal
from grants.rules.workflow import DecisionKind, ProposalStatus

DECIDABLE: dict[ProposalStatus, tuple[DecisionKind, ...]] = {
    ProposalStatus.MAIN: (*AWARDS, DecisionKind.REJECT_OTHER),
    ProposalStatus.RESERVE: (
        DecisionKind.RESERVE,
        DecisionKind.REJECT_BUDGET,
        *AWARDS,
        DecisionKind.REJECT_OTHER,
    ),
    ProposalStatus.BELOW_THRESHOLD: (DecisionKind.REJECT_THRESHOLD,),
    ProposalStatus.NOT_INVITED: (DecisionKind.REJECT_OTHER,),
    ProposalStatus.LAPSED: (DecisionKind.REJECT_OTHER,),
    ProposalStatus.INELIGIBLE: (DecisionKind.REJECT_OTHER,),
    ProposalStatus.INADMISSIBLE: (DecisionKind.REJECT_OTHER,),
}
"""What may be decided, by where a proposal stands; the ranking's own answer comes first."""

T = TypeVar("T", bound=Any)


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionDesk:
    """A page of what is decided in a call, a page of what is not, and how much there is of each."""

    undecided: Sequence[Proposal]
    decisions: Sequence[Decision]
    unsigned: Sequence[Decision]
    """All that wait for a second signature."""
    to_decide: int
    decided: int
    ready: int
    """Letters that can leave."""
    awarded: int
    """What is awarded, in cents, less what projects that failed or ended early gave back."""


def desk(db: Session, call: Call, *, waiting: int = 1, page: int = 1) -> DecisionDesk:
    """Return a page of what waits for a decision, one of what has it; four queries at most."""
    current = select(Decision).where(Decision.call_id == call.id, Decision.is_current)
    waits = current.join(Decision.proposal).where(Decision.notified_at.is_(None))
    unsigned = waits.where(Decision.departs, Decision.signed_at.is_(None))
    ready = waits.where(
        Proposal.status.in_(tuple(DECIDABLE)),
        or_(~Decision.departs, Decision.signed_at.is_not(None)),
    )
    to_decide, decided, leaving, cents = db.execute(
        select(
            _counted(undecided(call)),
            _counted(current),
            _counted(ready),
            awarded(call).scalar_subquery(),
        )
    ).one()
    still = undecided(call).options(joinedload(Proposal.organisation))
    # In the order of their references, of which the proposals of a call have an index.
    made = select(Decision).join(Proposal, CURRENT).where(Proposal.call_id == call.id)
    return DecisionDesk(
        undecided=db.scalars(_cut(still, waiting)).all() if to_decide else (),
        decisions=db.scalars(_cut(_whole(made), page)).all(),
        unsigned=db.scalars(_whole(unsigned).order_by(Proposal.reference)).all(),
        to_decide=to_decide,
        decided=decided,
        ready=leaving,
        awarded=int(cents),
    )


def waits(db: Session, call: Call) -> bool:
    """Return whether a proposal waits for a decision, or a decision for its letter; one query."""
    unsent = select(Decision.id).where(
        Decision.call_id == call.id, Decision.is_current, Decision.notified_at.is_(None)
    )
    return bool(db.scalar(select(or_(undecided(call).exists(), unsent.exists()))))


def undecided(call: Call) -> Select[Proposal]:
    """Select the proposals that wait for a decision."""
    decided = select(Decision.id).where(Decision.proposal_id == Proposal.id)
    return select(Proposal).where(
        Proposal.call_id == call.id,
        Proposal.status.in_(tuple(DECIDABLE)),
        ~decided.correlate(Proposal).exists(),
    )


def _whole(query: Select[Decision]) -> Select[Decision]:
    return query.options(
        contains_eager(Decision.proposal).joinedload(Proposal.organisation),
        joinedload(Decision.signatory),
        joinedload(Decision.answer),
    )


def _cut(query: Select[T], page: int) -> Select[T]:
    return paging.cut(query.order_by(Proposal.reference), page)


def _counted(query: Select[Any]) -> ScalarSelect[int]:
    return query.with_only_columns(func.count()).order_by(None).scalar_subquery()

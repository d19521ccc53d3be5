"""What waits for a second signature: proposed acts, and decisions that depart."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import joinedload

from grants.access.involvement import recused_calls
from grants.accounts.models import Person
from grants.calls.models import Call, ProposedAct
from grants.calls.service.proposed_acts import Signatures, managed_calls
from grants.decisions.models import Decision
from grants.kit.service import Service
from grants.proposals.models import Proposal
from grants.rules.workflow import ActKind, ActStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingSignature:
    """Something that waits for somebody's second signature: an act, or a decision that departs."""

    kind: ActKind | None
    """None for a decision."""
    call: Call
    subject: str
    """What it is about, by reference."""
    number: int
    """Of the act, or of the decision."""
    by: Person
    at: datetime


@dataclass(frozen=True, slots=True)
class PendingSignatures(Service):
    """All that waits for somebody's second signature."""

    def of(self, person: Person) -> list[PendingSignature]:
        """List all that waits for somebody's second signature, the oldest first.

        Acts that any manager of another family may sign, and decisions that name this one. What
        an interest recuses them from is not there.
        """
        acts = [_waiting(it) for it in self._signatures.open_to(person)]
        return sorted([*acts, *self._decisions(person)], key=lambda it: (it.at, it.number))

    def in_call(self, call: Call) -> list[PendingSignature]:
        """List all of a call that waits for anybody's second signature, the oldest first."""
        acts = [_waiting(it) for it in self._signatures.in_call(call, ActStatus.WAITING)]
        decisions = self._unsigned(Decision.call_id == call.id)
        return sorted([*acts, *decisions], key=lambda it: (it.at, it.number))

    @property
    def _signatures(self) -> Signatures:
        return Signatures(self.db, self.publish, self.clock)

    def _decisions(self, person: Person) -> list[PendingSignature]:
        return self._unsigned(
            Decision.signatory_id == person.id,
            Decision.call_id.not_in(recused_calls(sa.literal(person.id))),
            Decision.call_id.in_(managed_calls(person)),
        )

    def _unsigned(self, *which: ColumnElement[bool]) -> list[PendingSignature]:
        query = (
            select(Decision)
            .join(Decision.proposal)
            .where(
                Decision.is_current,
                Decision.departs,
                Decision.signed_at.is_(None),
                Decision.notified_at.is_(None),
                *which,
            )
            .options(
                joinedload(Decision.proposal).joinedload(Proposal.call),
                joinedload(Decision.decided_by),
            )
        )
        return [
            PendingSignature(
                kind=None,
                call=it.proposal.call,
                subject=it.proposal.reference,
                number=it.id,
                by=it.decided_by,
                at=it.decided_at,
            )
            for it in self.db.scalars(query)
        ]


def _waiting(act: ProposedAct) -> PendingSignature:
    return PendingSignature(
        kind=act.kind,
        call=act.call,
        subject=act.subject,
        number=act.id,
        by=act.proposed_by,
        at=act.proposed_at,
    )

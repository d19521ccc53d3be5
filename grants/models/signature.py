"""Acts that wait for a second signature, and what became of them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from grants.kit.tables import Base, Id, guarded_by
from grants.models.call import Call
from grants.models.person import Person
from grants.rules.errors import NotAllowedNow
from grants.rules.words import N_
from grants.rules.workflow import ACT_STEPS, ActKind, ActStatus

if TYPE_CHECKING:
    from grants.models.proposal import Proposal

_WAITING = text("status = 'waiting'")


class ProposedAct(Base):
    """Something that one manager proposed and that takes effect when another one signs it.

    What was proposed never changes: `payload` says what is to be done, and `sha256` is the hash
    of all that the second person reads. `stands_on` is the hash of what the act was proposed
    about: when that has moved, nobody can sign any more.
    """

    __tablename__ = "proposed_act"
    __table_args__ = (
        Index(
            "uq_proposed_act_waiting",
            "kind",
            "subject",
            unique=True,
            sqlite_where=_WAITING,
            postgresql_where=_WAITING,
        ),
        CheckConstraint("reason <> ''", name="reason"),
        CheckConstraint(
            "(status = 'waiting') = (settled_at IS NULL)"
            " AND (settled_at IS NULL) = (settled_by_id IS NULL)",
            name="settled",
        ),
        CheckConstraint(
            "status <> 'signed' OR settled_by_id <> proposed_by_id", name="two_signatures"
        ),
        CheckConstraint("status <> 'refused' OR settled_reason <> ''", name="refused"),
        CheckConstraint("status <> 'revoked' OR settled_by_id = proposed_by_id", name="revoked"),
    )

    id: Mapped[Id]
    kind: Mapped[ActKind]
    status: Mapped[ActStatus] = mapped_column(default=ActStatus.WAITING)
    __mapper_args__ = guarded_by(status)
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id"), index=True)
    proposal_id: Mapped[int | None] = mapped_column(ForeignKey("proposal.id"), index=True)
    """The proposal it is about, if it is about one: whoever is barred from that sees neither."""
    subject: Mapped[str]
    """What it is about, as the ledger names it."""
    payload: Mapped[dict[str, Any]]
    sha256: Mapped[str] = mapped_column(String(64))
    stands_on: Mapped[str] = mapped_column(String(64))
    reason: Mapped[str]
    proposed_at: Mapped[datetime]
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    settled_at: Mapped[datetime | None]
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    settled_reason: Mapped[str] = mapped_column(default="")
    """Why it was refused, or taken back."""

    call: Mapped[Call] = relationship()
    proposal: Mapped[Proposal | None] = relationship()
    proposed_by: Mapped[Person] = relationship(foreign_keys=[proposed_by_id])
    settled_by: Mapped[Person | None] = relationship(foreign_keys=[settled_by_id])

    @validates("status")
    def _follow_the_workflow(self, _key: str, status: ActStatus) -> ActStatus:
        if self.status is not None and not ACT_STEPS.is_step(self.status, status):
            raise NotAllowedNow(
                N_("A proposed act does not go from {a} to {b}."), a=self.status, b=status
            )
        return status

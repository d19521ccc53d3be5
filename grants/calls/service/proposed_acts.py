"""Acts that no one person does alone: proposed by one manager, in force when another signs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import joinedload

from grants.accounts.models import Appointment, Person
from grants.calls.models import Call, ProposedAct
from grants.calls.service.who_may_sign import Signatories
from grants.kit.service import Service
from grants.rules import canonical
from grants.rules.errors import Incomplete, NotAllowedNow, OutOfDate, Refused
from grants.rules.events import ActProposed, ActSettled
from grants.rules.words import N_
from grants.rules.workflow import ACT_STEPS, ActKind, ActStatus, Role

if TYPE_CHECKING:
    from grants.proposals.models import Proposal


@dataclass(frozen=True, slots=True)
class Signatures(Service):
    """All that happens to proposed acts, but for what a signature brings about: see `Signing`."""

    def find(self, call: Call, number: int) -> ProposedAct | None:
        """Find an act of a call, with the people in it."""
        query = _whole().where(ProposedAct.call_id == call.id, ProposedAct.id == number)
        return self.db.scalar(query)

    def in_call(self, call: Call, *statuses: ActStatus) -> Sequence[ProposedAct]:
        """List the acts of a call, the newest first; all of them, or those of some statuses."""
        query = _whole().where(ProposedAct.call_id == call.id)
        if statuses:
            query = query.where(ProposedAct.status.in_(statuses))
        return self.db.scalars(query.order_by(ProposedAct.id.desc())).all()

    def waiting_about(self, kind: ActKind, subject: str) -> ProposedAct | None:
        """Find the act of a kind that waits for a signature about one thing."""
        query = _whole().where(
            ProposedAct.kind == kind,
            ProposedAct.subject == subject,
            ProposedAct.status == ActStatus.WAITING,
        )
        return self.db.scalar(query)

    def open_to(self, person: Person) -> list[ProposedAct]:
        """List the acts that wait and that somebody may sign second."""
        found = self.db.scalars(_whole().where(_open_to(person))).all()
        return self.signable(found, person)

    def signable(self, acts: Sequence[ProposedAct], person: Person) -> list[ProposedAct]:
        """Leave those that wait and that somebody may sign; one query."""
        waiting = [it for it in acts if it.status is ActStatus.WAITING]
        circles = Signatories(self.db).circles({it.call for it in waiting})
        return [
            it
            for it in waiting
            if it.payload.get("not_by") != person.id
            and circles[it.call].may_sign(person, beside=it.proposed_by)
        ]

    def propose(
        self,
        kind: ActKind,
        *,
        call: Call,
        subject: str,
        payload: Mapping[str, Any],
        stands_on: str,
        reason: str,
        by: Person,
        proposal: Proposal | None = None,
    ) -> ProposedAct:
        """Keep what somebody wants done until another manager signs it.

        `payload` is JSON without floats; `payload["not_by"]` keeps one more person from signing.
        `stands_on` is the digest of what it is about, as it is now.
        """
        if not reason.strip():
            raise Incomplete(N_("Give the reason: the second signatory reads it."))
        if self.waiting_about(kind, subject):
            raise NotAllowedNow(
                N_(
                    "The same action already awaits a second signature. It must first be signed,"
                    " refused or withdrawn."
                )
            )
        circle = Signatories(self.db).circle(call)
        if by.id not in circle.managers:
            raise Refused(N_("Only managers without an interest in the call can propose this."))
        if not any(circle.may_sign(it, beside=by) for it in circle.managers.values()):
            raise Refused(
                N_(
                    "This needs a second signature, and no one is entitled to give it: it must be"
                    " another manager of the fund, and not one whom you invited or who invited you."
                )
            )
        act = ProposedAct(
            kind=kind,
            status=ActStatus.WAITING,
            call=call,
            proposal=proposal,
            subject=subject,
            payload=dict(payload),
            stands_on=stands_on,
            reason=reason.strip(),
            proposed_at=self.clock(),
            proposed_by=by,
        )
        act.sha256 = digest_of(act)
        self.db.add(act)
        self.db.flush()
        self.record(
            "propose",
            ACT_STEPS.noun,
            subject,
            by=by,
            after=act.status.value,
            reason=act.reason,
            facts=_facts(act),
        )
        self.publish(ActProposed(act=act))
        return act

    def settle(self, act: ProposedAct, action: str, *, by: Person, reason: str = "") -> None:
        """Take the step of an act that was waiting, and tell who proposed it."""
        with self.db.no_autoflush:  # the database wants the status and its evidence together
            act.settled_at, act.settled_by = self.clock(), by
            act.settled_reason = reason.strip()
            self.move(
                ACT_STEPS,
                act,
                action,
                by=by,
                reference=act.subject,
                reason=reason.strip() or act.reason,
                facts=_facts(act),
            )
        self.db.flush()
        self.publish(ActSettled(act=act))

    def refuse(self, act: ProposedAct, *, reason: str, by: Person) -> None:
        """Say no to an act, with a reason for whoever proposed it."""
        self.lock(act)
        if act.proposed_by_id == by.id:
            raise Refused(N_("You proposed this: withdraw it instead."))
        if not reason.strip():
            raise Incomplete(N_("Give the reason: the person who proposed it reads it."))
        self.settle(act, "refuse", by=by, reason=reason)

    def take_back(self, act: ProposedAct, *, by: Person) -> None:
        """Have an act of one's own not done."""
        self.lock(act)
        if act.proposed_by_id != by.id:
            raise Refused(N_("Only the person who proposed this can withdraw it."))
        self.settle(act, "revoke", by=by)

    def require_signable(self, act: ProposedAct, *, by: Person, read: str, stands_on: str) -> None:
        """Refuse a signature by the wrong person, or under something else than what was read.

        `read` is the digest on the page that was read, `stands_on` what the act is about now.
        """
        self.lock(act)
        if not self.signable([act], by):
            raise Refused(
                N_(
                    "Another manager must sign: not the person who proposed it, nor a manager known"
                    " only by that person’s invitation."
                )
            )
        if read != act.sha256:
            raise OutOfDate(N_("This is not what you have read. Read it again before you sign."))
        if stands_on != act.stands_on:
            raise OutOfDate(
                N_(
                    "The subject of this action has changed since it was proposed, so it can"
                    " no longer be signed. It can only be refused or withdrawn, and proposed again."
                )
            )

    def lock(self, act: ProposedAct) -> None:
        """Have others who settle it wait; raises NotAllowedNow if it does not wait any more."""
        self.db.flush()
        self.db.refresh(act, ["status"], with_for_update={"key_share": True})
        if act.status is not ActStatus.WAITING:
            raise NotAllowedNow(
                N_("This no longer awaits a signature: its status is “{status}”."),
                status=act.status,
            )


def digest_of(act: ProposedAct) -> str:
    """Return the digest of all that whoever signs an act second reads."""
    return canonical.digest([act.kind, act.subject, act.payload, act.stands_on, act.reason])


def _facts(act: ProposedAct) -> dict[str, Any]:
    return {"act": act.id, "kind": act.kind.value, "sha256": act.sha256}


def _whole() -> Select[ProposedAct]:
    return select(ProposedAct).options(
        joinedload(ProposedAct.call).joinedload(Call.fund),
        joinedload(ProposedAct.proposal),
        joinedload(ProposedAct.proposed_by),
        joinedload(ProposedAct.settled_by),
    )


def _open_to(person: Person) -> ColumnElement[bool]:
    return (
        (ProposedAct.status == ActStatus.WAITING)
        & (ProposedAct.proposed_by_id != person.id)
        & ProposedAct.call_id.in_(managed_calls(person))
    )


def managed_calls(person: Person) -> Select[int]:
    """Select the calls that somebody manages."""
    held = select(Appointment.id).where(
        Appointment.person_id == person.id,
        Appointment.role == Role.MANAGER,
        (Appointment.fund_id == Call.fund_id) | (Appointment.call_id == Call.id),
    )
    return select(Call.id).where(held.exists())

"""Programmes, their funds, and who manages these."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from grants.accounts.models import Appointment, Person
from grants.calls.models import Fund, Programme, Strand
from grants.calls.service.who_may_sign import Signatories
from grants.kit.service import Service
from grants.rules.errors import Refused
from grants.rules.words import N_
from grants.rules.workflow import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class StrandFacts:
    """A line of work: its row's number, 0 for a new one."""

    number: int
    name: str
    summary: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammeFacts:
    """What a programme says of itself; its lines of work in their order."""

    name: str
    summary: str
    strands: Sequence[StrandFacts]


@dataclass(frozen=True, slots=True)
class Programmes(Service):
    """All programmes and their funds."""

    def all(self) -> Sequence[Programme]:
        """List all programmes with their strands and funds."""
        return self.db.scalars(
            select(Programme)
            .options(selectinload(Programme.strands), selectinload(Programme.funds))
            .order_by(Programme.id)
        ).all()

    def get(self, code: str) -> Programme | None:
        """Find a programme by its code, with its strands."""
        return self.db.scalar(
            select(Programme).where(Programme.code == code).options(selectinload(Programme.strands))
        )

    def change(self, programme: Programme, facts: ProgrammeFacts, *, by: Person) -> None:
        """Set what a programme says of itself; the ledger keeps what it said before."""
        before = _told(programme)
        programme.name, programme.summary = facts.name, facts.summary
        there = {it.id: it for it in programme.strands}
        kept = {it.number for it in facts.strands}
        for number, strand in there.items():
            if number not in kept:
                self.db.delete(strand)
        for at, it in enumerate(facts.strands, start=1):
            strand = there.get(it.number) or Strand(programme_id=programme.id)
            strand.number, strand.name, strand.summary = at, it.name, it.summary
            self.db.add(strand)
        self.db.flush()
        self.db.refresh(programme, ["strands"])
        after = _told(programme)
        changed = {it: [before[it], after[it]] for it in after if after[it] != before[it]}
        if changed:
            self.record("edit", "programme", programme.code, by=by, facts=changed)

    def fund(self, code: str) -> Fund | None:
        """Find a fund by its code, with its programme and topics."""
        return self.db.scalar(
            select(Fund)
            .where(Fund.code == code)
            .options(joinedload(Fund.programme), selectinload(Fund.topics))
        )

    def managers(self) -> Mapping[int, int]:
        """Count the managers of each fund, by its number."""
        held = select(Appointment.fund_id, func.count()).where(
            Appointment.role == Role.MANAGER, Appointment.fund_id.is_not(None)
        )
        return dict(self.db.execute(held.group_by(Appointment.fund_id)).all())  # type: ignore[arg-type]

    def people_of(self, fund: Fund) -> Sequence[Appointment]:
        """List who holds a role for the whole fund."""
        return self.db.scalars(
            select(Appointment)
            .where(Appointment.fund_id == fund.id)
            .options(
                joinedload(Appointment.person),
                joinedload(Appointment.appointed_by),
                joinedload(Appointment.confirmed_by),
            )
            .order_by(Appointment.role, Appointment.id)
        ).all()

    def appointment(self, fund: Fund, number: int) -> Appointment | None:
        """Find a role that somebody holds for a fund."""
        query = select(Appointment).where(Appointment.fund_id == fund.id, Appointment.id == number)
        return self.db.scalar(query.options(joinedload(Appointment.person)))

    def confirmable(self, fund: Fund, *, by: Person) -> list[Appointment]:
        """List the managers for whom `by` may stand: others let them in by invitation."""
        signatories = Signatories(self.db)
        return [it for it in self.people_of(fund) if signatories.may_confirm(it, fund, by)]

    def confirm_manager(self, fund: Fund, appointment: Appointment, *, by: Person) -> None:
        """Stand for a manager whom another one invited: from now on they sign beside that one."""
        if appointment not in self.confirmable(fund, by=by) or not self._manages(fund, by):
            raise Refused(
                N_(
                    "A manager is confirmed by another manager of the fund, who neither invited"
                    " them nor came by the same invitations."
                )
            )
        appointment.confirmed_at, appointment.confirmed_by = self.clock(), by
        self.db.flush()
        facts = {"role": appointment.role.value, "person": appointment.person_id}
        self.record("confirm", "fund", fund.code, by=by, facts=facts)

    def _manages(self, fund: Fund, person: Person) -> bool:
        return self._held(fund, person) is not None

    def appoint_manager(self, code: str, email: str) -> Appointment:
        """Make somebody with an account manager of a fund: how the first one comes to be."""
        fund = self.fund(code)
        person = self.db.scalar(select(Person).where(Person.email == email.lower()))
        if fund is None or person is None:
            raise Refused(N_("There is no such fund, or no account with that address."))
        appointment = self._held(fund, person) or Appointment(
            person=person, role=Role.MANAGER, fund_id=fund.id, since=self.clock()
        )
        # Whom the operator appoints owes the place to no other manager.
        appointment.appointed_by = appointment.confirmed_by = appointment.confirmed_at = None
        self.db.add(appointment)
        self.record(
            "appoint", "fund", fund.code, by=None, facts={"role": "manager", "person": person.id}
        )
        return appointment

    def _held(self, fund: Fund, person: Person) -> Appointment | None:
        return next(
            (
                it
                for it in self.people_of(fund)
                if (it.person_id, it.role) == (person.id, Role.MANAGER)
            ),
            None,
        )


def _told(programme: Programme) -> Mapping[str, object]:
    return {
        "name": programme.name,
        "summary": programme.summary,
        "strands": [[it.name, it.summary] for it in programme.strands],
    }

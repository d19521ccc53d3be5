"""The programme, its fund, and who manages it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from grants.accounts.models import Appointment, Person
from grants.calls.models import Fund, Programme
from grants.calls.service.who_may_sign import Signatories
from grants.kit.service import Service
from grants.rules.errors import Refused
from grants.rules.words import N_
from grants.rules.workflow import Role


@dataclass(frozen=True, slots=True)
class Programmes(Service):
    """All programmes and their funds."""

    def first(self) -> Programme | None:
        """Return the programme that this portal is for, with its strands."""
        return self.db.scalar(
            select(Programme).options(selectinload(Programme.strands)).order_by(Programme.id)
        )

    def fund(self, code: str) -> Fund | None:
        """Find a fund by its code."""
        return self.db.scalar(
            select(Fund)
            .where(Fund.code == code)
            .options(joinedload(Fund.programme), selectinload(Fund.topics))
        )

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
                    "A manager is confirmed by another manager of the fund, who neither"
                    " invited them nor belongs to the same chain of invitations."
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

"""Who may sign beside whom: managers who do not owe their place to each other."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from grants.access.involvement import recused_calls
from grants.accounts.models import Appointment, Person
from grants.calls.models import Call, Fund
from grants.rules.workflow import Role

Families = Mapping[int, int]
"""The family of each person, by number; whoever is missing is one of their own."""


@dataclass(frozen=True, slots=True)
class Circle:
    """The managers of one call who are not recused from it, and their families."""

    managers: Mapping[int, Person]
    families: Families

    def may_sign(self, person: Person, *, beside: Person) -> bool:
        """Return whether `person` may sign what `beside` decided or proposed."""
        return person.id in self.managers and not _related(self.families, person.id, beside.id)


@dataclass(frozen=True, slots=True)
class Signatories:
    """The managers of a call or fund, told apart by who let whom in.

    A manager whom another one invited belongs to that one's family until a manager of another
    family confirms them: accounts that one person may have made for themselves never sign beside
    each other, through however many of them the invitations went.
    """

    db: Session

    def circle(self, call: Call) -> Circle:
        """Gather who manages a call and who let whom in; one query."""
        return self.circles([call])[call]

    def circles(self, calls: Collection[Call]) -> dict[Call, Circle]:
        """Gather who manages each of these calls and who let whom in; one query for all."""
        if not calls:
            return {}
        free = Call.id.not_in(recused_calls(Person.id))
        here = or_(Appointment.fund_id == Call.fund_id, Appointment.call_id == Call.id)
        rows = self.db.execute(
            select(Call.id, Appointment, free)
            .select_from(Appointment)
            .join(Person, Person.id == Appointment.person_id)
            .join(Call, here)
            .where(Appointment.role == Role.MANAGER, Call.id.in_([it.id for it in calls]))
            .options(contains_eager(Appointment.person))
            .order_by(Appointment.id)
        )
        held: dict[int, list[Appointment]] = {}
        managers: dict[int, dict[int, Person]] = {}
        for number, appointment, unrecused in rows:
            held.setdefault(number, []).append(appointment)
            if unrecused:
                managers.setdefault(number, {})[appointment.person_id] = appointment.person
        return {
            it: Circle(managers.get(it.id, {}), families_of(held.get(it.id, ()))) for it in calls
        }

    def beside(self, call: Call, person: Person) -> list[Person]:
        """List those who may sign what `person` decided or proposed, by name."""
        circle = self.circle(call)
        free = [it for it in circle.managers.values() if circle.may_sign(it, beside=person)]
        return sorted(free, key=lambda each: (each.name.casefold(), each.id))

    def may_confirm(self, appointment: Appointment, fund: Fund, person: Person) -> bool:
        """Tell whether `person`, a manager of the fund, may stand for one whom another invited."""
        families = families_of(self._managers(fund))
        return (
            appointment.role is Role.MANAGER
            and appointment.fund_id == fund.id
            and is_dependent(appointment)
            and not _related(families, person.id, appointment.person_id)
        )

    def _managers(self, fund: Fund) -> list[Appointment]:
        query = select(Appointment).where(
            Appointment.role == Role.MANAGER, Appointment.fund_id == fund.id
        )
        return list(self.db.scalars(query.options(joinedload(Appointment.person))))


def is_dependent(appointment: Appointment) -> bool:
    """Return whether a manager was let in by another one for whom nobody else stands."""
    return appointment.appointed_by_id is not None and appointment.confirmed_at is None


def families_of(appointments: Iterable[Appointment]) -> Families:
    """Join everybody with whoever invited them, unless another manager confirmed them."""
    found: dict[int, int] = {}
    by_person: dict[int, list[Appointment]] = {}
    for it in appointments:
        by_person.setdefault(it.person_id, []).append(it)
    for person, held in by_person.items():
        if all(is_dependent(it) for it in held):
            for it in held:
                _join(found, person, it.appointed_by_id)
    return found


def _join(families: dict[int, int], one: int, other: int | None) -> None:
    if other is None:
        return
    old, new = families.get(one, one), families.get(other, other)
    families[one] = families[other] = new
    for person, family in families.items():
        if family == old:
            families[person] = new


def _related(families: Families, one: int, other: int) -> bool:
    return families.get(one, one) == families.get(other, other)

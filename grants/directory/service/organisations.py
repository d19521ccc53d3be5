"""Organisations, and who belongs to them."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date
from enum import Enum
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from grants.accounts.models import Membership, Person
from grants.directory.models import Organisation, OrganisationKind, PilotStatus
from grants.kit import paging
from grants.kit.service import Service
from grants.kit.text_search import folded
from grants.rules.errors import Refused
from grants.rules.words import N_


class NameTaken(Refused):
    """Another organisation has this name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationFacts:
    """What is known of an organisation: `country` as ISO 3166-1 alpha-2, the days inclusive."""

    name: str
    kind: OrganisationKind
    country: str
    population: int | None
    pilot: PilotStatus
    pilot_from: date | None
    pilot_until: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationPage:
    """A page of what was found, counted from 1, and how much there is of everything."""

    rows: Sequence[Organisation]
    found: int
    all: int
    number: int

    @property
    def pages(self) -> int:
        """How many pages what was found fills."""
        return paging.pages(self.found)


@dataclass(frozen=True, slots=True)
class Organisations(Service):
    """All that happens to organisations."""

    def of_member(self, person: Person, number: int) -> Organisation | None:
        """Find an organisation for one of its members; for others there is none."""
        mine = (
            select(Organisation)
            .join(Membership)
            .where(Organisation.id == number, Membership.person_id == person.id)
        )
        return self.db.scalar(mine)

    def get(self, number: int) -> Organisation | None:
        """Find an organisation, for those who keep the register."""
        return self.db.get(Organisation, number)

    def find(self, words: str = "", number: int = 1) -> OrganisationPage:
        """Return a page of all organisations, by name; `words` are looked for in the names."""
        key = Organisation.name_key
        wanted = [key.contains(word, autoescape=True) for word in folded(words).split()]
        count = select(func.count()).select_from(Organisation)
        every, found = self.db.execute(
            select(count.scalar_subquery(), count.where(*wanted).scalar_subquery())
        ).one()
        shown = paging.within(number, found)
        rows = select(Organisation).where(*wanted).order_by(key, Organisation.id)
        page = self.db.scalars(paging.cut(rows, shown)).all()
        return OrganisationPage(rows=page, found=found, all=every, number=shown)

    def cities(self) -> Sequence[Organisation]:
        """List all cities, by name."""
        cities = select(Organisation).where(Organisation.kind == OrganisationKind.CITY)
        return sorted(self.db.scalars(cities), key=lambda it: (folded(it.name), it.id))

    def members(self, organisation: Organisation) -> list[Membership]:
        """List who belongs to it, with their names, the longest-standing first."""
        return list(
            self.db.scalars(
                select(Membership)
                .where(Membership.organisation_id == organisation.id)
                .options(joinedload(Membership.person), joinedload(Membership.authorised_by))
                .order_by(Membership.since, Membership.id)
            )
        )

    def register(
        self,
        *,
        name: str,
        kind: OrganisationKind,
        country: str,
        population: int | None,
        by: Person,
    ) -> Organisation:
        """Enter a new organisation, of which whoever enters it is the first member.

        Raises NameTaken. Who belongs to the one that is there has to be asked for an invitation.
        """
        if self._is_taken(name):
            raise NameTaken(
                N_("“{name}” is registered already. Ask one of its members to invite you."),
                name=name,
            )
        made = Organisation(name=name, kind=kind, country=country, population=population)
        self.db.add(made)
        self.db.flush()
        self.record("register", "organisation", str(made.id), by=by, facts={"name": name})
        self.admit(by, made)
        return made

    def correct(self, organisation: Organisation, facts: OrganisationFacts, *, by: Person) -> None:
        """Correct what is known of an organisation; the ledger keeps what was there before.

        Raises NameTaken. What was submitted or sent before keeps what it says.
        """
        if self._is_taken(facts.name, but=organisation):
            raise NameTaken(
                N_("Another organisation already has the name “{name}”."), name=facts.name
            )
        before = {it.name: getattr(organisation, it.name) for it in fields(facts)}
        after = asdict(facts)
        changed = [name for name in after if after[name] != before[name]]
        if not changed:
            return
        for name in changed:
            setattr(organisation, name, after[name])
        self.record(
            "correct",
            "organisation",
            str(organisation.id),
            by=by,
            facts={name: [_plain(before[name]), _plain(after[name])] for name in changed},
        )

    def admit(self, person: Person, organisation: Organisation) -> None:
        """Make somebody a member; nothing happens to those who are."""
        is_member = select(Membership.id).where(
            Membership.person_id == person.id, Membership.organisation_id == organisation.id
        )
        if self.db.scalar(is_member) is not None:
            return
        self.db.add(Membership(person_id=person.id, organisation=organisation, since=self.clock()))
        self.db.flush()
        self.record("join", "organisation", str(organisation.id), by=person)

    def _is_taken(self, name: str, but: Organisation | None = None) -> bool:
        # Not by the database: SQLite's lower() knows no letters but those of English.
        names = select(Organisation.name)
        if but is not None:
            names = names.where(Organisation.id != but.id)
        return name.casefold() in {it.casefold() for it in self.db.scalars(names)}


def _plain(value: Any) -> Any:
    match value:
        case Enum():
            return value.value
        case date():
            return value.isoformat()
        case _:
            return value

"""Organisations, and who belongs to them."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from grants.errors import Refused
from grants.i18n import N_
from grants.models import Membership, Organisation, OrganisationKind, Person
from grants.services.base import Service


class NameTaken(Refused):
    """Another organisation has this name."""


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

    def members(self, organisation: Organisation) -> list[Membership]:
        """List who belongs to it, with their names, the longest-standing first."""
        return list(
            self.db.scalars(
                select(Membership)
                .where(Membership.organisation_id == organisation.id)
                .options(joinedload(Membership.person))
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

    def _is_taken(self, name: str) -> bool:
        alike = select(Organisation.id).where(sa.func.lower(Organisation.name) == name.lower())
        return self.db.scalar(alike.limit(1)) is not None

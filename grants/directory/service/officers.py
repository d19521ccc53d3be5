"""Authorised officers: who binds an organisation, and submits where a call asks for one.

Nobody gives this to themselves. The first officer of an organisation is named by a manager of
the fund who does not belong to it; later ones by the manager, or by an officer who is there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from grants.access import Access
from grants.accounts.models import Membership, Person
from grants.directory.models import Organisation
from grants.kit.service import Service
from grants.rules.errors import Refused
from grants.rules.events import OfficerChanged
from grants.rules.words import N_
from grants.rules.workflow import Role

if TYPE_CHECKING:
    from grants.calls.models import Fund


class NotAuthorised(Refused):
    """It takes an authorised officer, and this person is none, or may not name one."""


@dataclass(frozen=True, slots=True)
class Officers(Service):
    """Who binds which organisation."""

    def name(self, membership: Membership, *, by: Person, fund: Fund | None = None) -> None:
        """Make a member an authorised officer; twice is once. Raises NotAuthorised.

        With a fund, as its manager; without, as an authorised officer of the same organisation.
        """
        self._require_to_decide(membership.organisation, by, fund)
        if membership.person_id == by.id:
            raise NotAuthorised(N_("You cannot appoint yourself as authorised officer."))
        if membership.authorised_at is None:
            membership.authorised_at, membership.authorised_by = self.clock(), by
            self._tell("authorise", membership, by, fund)

    def end(self, membership: Membership, *, by: Person, fund: Fund | None = None) -> None:
        """Let a member be an authorised officer no more. Raises NotAuthorised."""
        self._require_to_decide(membership.organisation, by, fund)
        self._end(membership, by, fund)

    def leave(self, membership: Membership, *, by: Person) -> None:
        """End it with the membership: by the person, or by another officer. Raises NotAuthorised.

        Else any member could take away who binds the organisation.
        """
        if membership.authorised_at is None:
            return
        if by.id != membership.person_id and not self.is_officer(by, membership.organisation):
            raise NotAuthorised(
                N_(
                    "{name} is an authorised officer of {organisation}: another authorised"
                    " officer or the fund must revoke this first."
                ),
                name=membership.person.name,
                organisation=membership.organisation.name,
            )
        self._end(membership, by, None)

    def is_officer(self, person: Person, organisation: Organisation) -> bool:
        """Return whether somebody is an authorised officer of an organisation."""
        found = select(Membership.id).where(
            Membership.person_id == person.id,
            Membership.organisation_id == organisation.id,
            Membership.authorised_at.is_not(None),
        )
        return self.db.scalar(found) is not None

    def may_decide(self, organisation: Organisation, by: Person, fund: Fund) -> bool:
        """Return whether somebody names and ends officers as a manager of a fund."""
        manages = Role.MANAGER in Access(self.db).roles_in_fund(by, fund.id)
        belongs = select(Membership.id).where(
            Membership.person_id == by.id, Membership.organisation_id == organisation.id
        )
        return manages and self.db.scalar(belongs) is None

    def _require_to_decide(self, organisation: Organisation, by: Person, fund: Fund | None) -> None:
        if fund is None and not self.is_officer(by, organisation):
            raise NotAuthorised(
                N_("Only an authorised officer of {organisation} or the fund can decide on this."),
                organisation=organisation.name,
            )
        if fund is not None and not self.may_decide(organisation, by, fund):
            raise NotAuthorised(
                N_(
                    "You belong to {organisation} yourself: another manager of the fund must"
                    " decide on this."
                ),
                organisation=organisation.name,
            )

    def _end(self, membership: Membership, by: Person, fund: Fund | None) -> None:
        if membership.authorised_at is not None:
            membership.authorised_at = membership.authorised_by = None
            self._tell("end_authority", membership, by, fund)

    def _tell(self, action: str, membership: Membership, by: Person, fund: Fund | None) -> None:
        self.db.flush()
        facts: dict[str, object] = {"person": membership.person_id}
        if fund is not None:
            facts["fund"] = fund.code
        reference = str(membership.organisation_id)
        self.record(action, "organisation", reference, by=by, facts=facts)
        self.publish(
            OfficerChanged(
                person=membership.person,
                organisation=membership.organisation,
                by=by,
                fund=fund,
                named=membership.authorised_at is not None,
            )
        )


def officers_of(db: Session, organisation: Organisation) -> Sequence[Person]:
    """List the authorised officers of an organisation who can sign in, by name."""
    return db.scalars(
        select(Person)
        .join(Person.memberships)
        .where(
            Membership.organisation_id == organisation.id,
            Membership.authorised_at.is_not(None),
            Person.confirmed_at.is_not(None),
            Person.blocked_at.is_(None),
        )
        .order_by(Person.name, Person.id)
    ).all()

"""Who of a team binds its organisation: where a call asks for it, an authorised officer alone."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from grants.accounts.models import Person
from grants.calls.queries.facts import asks_for_officers
from grants.directory.service.officers import NotAuthorised, officers_of
from grants.proposals.models import Proposal
from grants.rules.words import N_

BINDING = frozenset({"submit", "take_back", "withdraw", "restore", "restore_draft"})
"""What a member does for the whole organisation, and where a call asks, an officer alone."""


@dataclass(frozen=True, slots=True)
class Authorisation:
    """Who submits, reopens and withdraws."""

    db: Session

    def barrier(self, proposal: Proposal, person: Person) -> NotAuthorised | None:
        """Return why somebody does not hand a proposal in, and who does; nothing if they may.

        The one place that decides who of a team binds its organisation. Costs no query unless
        the call asks for an authorised officer.
        """
        if not asks_for_officers(proposal.call):
            return None
        able = officers_of(self.db, proposal.organisation)
        if person.id in {it.id for it in able}:
            return None
        if not able:
            return NotAuthorised(
                N_(
                    "Under this call only an authorised officer can submit, reopen and withdraw"
                    " proposals. {organisation} has none yet: ask the fund ({mail}) to appoint"
                    " one of its members."
                ),
                organisation=proposal.organisation.name,
                mail=proposal.call.fund.contact_email,
            )
        return NotAuthorised(
            N_(
                "Under this call only an authorised officer can submit, reopen and withdraw"
                " proposals. For {organisation} this can be done by: {names}."
            ),
            organisation=proposal.organisation.name,
            names=", ".join(it.name for it in able),
        )

    def require(self, proposal: Proposal, *, by: Person) -> None:
        """Raise NotAuthorised unless somebody may do what binds the applicant."""
        if barrier := self.barrier(proposal, by):
            raise barrier

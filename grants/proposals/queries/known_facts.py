"""What is known of an applicant beside its proposal: filled in, and told where answers differ.

Which question asks for what, the form says by roles. The portal never answers in an applicant's
place: what is filled in is an answer once somebody saved the page on which it stood.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from grants.accounts.models import Membership, Person
from grants.calls.queries.definitions import definition_of
from grants.directory.models import Organisation, OrganisationKind, PilotStatus
from grants.kit.service import Service
from grants.kit.text_search import folded
from grants.proposals.models import Proposal, ProposalVersion
from grants.rules.forms.answers import Answers, answer_to, is_visible
from grants.rules.forms.definition import Definition
from grants.rules.forms.field import Answer, Field, typed_in

CITY = "city"
NAME = "organisation"
COUNTRY = "organisation_country"
POPULATION = "organisation_population"
PILOT = "organisation_pilot"
FILLED_IN = (CITY, NAME, COUNTRY, POPULATION)
"""What may be filled in. A box is never ticked for anybody: whoever ticks it declares something."""


@dataclass(frozen=True, kw_only=True)
class Differing:
    """A question of which the answer and the organisation's record say different things."""

    section: str
    field: Field
    given: Answer
    recorded: Answer


@dataclass(frozen=True, kw_only=True)
class FilledIn:
    """A section with what is known in its empty places, and the codes of what was filled in."""

    answers: Answers
    fields: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class KnownFacts(Service):
    """What is known of applicants."""

    def fill_in(
        self, proposal: Proposal, definition: Definition, code: str, answers: Answers, *, by: Person
    ) -> FilledIn:
        """Fill in what nobody has answered yet in a section; nothing is saved by that.

        What the record does not tell is looked up in what the organisation submitted last, for
        its own members: guests of one proposal know nothing of the others.
        """
        here = answers.get(code) or {}
        found: dict[str, Answer] = {}
        for role, field in _asked(definition, code):
            if role not in FILLED_IN or field.code in here:
                continue
            answer = recorded(proposal.organisation).get(role)
            if answer is None:
                answer = self._earlier(proposal, role, by)
            if answer is not None and not list(field.findings(answer)):
                found[field.code] = answer
        return FilledIn(answers={**answers, code: {**here, **found}}, fields=frozenset(found))

    def _earlier(self, proposal: Proposal, role: str, by: Person) -> Answer:
        """Look up what the newest other proposal of the organisation says, as it was submitted."""
        newest = (
            select(ProposalVersion)
            .join(Proposal, Proposal.id == ProposalVersion.proposal_id)
            .join(Membership, Membership.organisation_id == Proposal.organisation_id)
            .where(
                Membership.person_id == by.id,
                Proposal.organisation_id == proposal.organisation_id,
                Proposal.id != proposal.id,
            )
            .options(joinedload(ProposalVersion.form))
            .order_by(ProposalVersion.submitted_at.desc(), ProposalVersion.id.desc())
            .limit(1)
        )
        version = self.db.scalar(newest)
        if version is None:
            return None
        asked = definition_of(version.form)
        found = asked.playing(role)
        if found is None or not is_visible(asked, *found, version.answers):
            return None
        return answer_to(version.answers, found[0].code, found[1].code)


def differing(
    organisation: Organisation, definition: Definition, answers: Answers
) -> Iterator[Differing]:
    """List where answers and the organisation's record differ, in the order of the form."""
    record = recorded(organisation)
    for section in definition.sections:
        here = answers.get(section.code) or {}
        for role, field in _asked(definition, section.code):
            given, known = here.get(field.code), record.get(role)
            if known is None or field.code not in here or typed_in(given) is not None:
                continue
            is_asked = is_visible(definition, section, field, answers)
            if is_asked and _differ(role, field, given, known):
                yield Differing(section=section.code, field=field, given=given, recorded=known)


def recorded(organisation: Organisation) -> Mapping[str, Answer]:
    """Return what the record of an organisation answers, by the role of the question."""
    found: dict[str, Answer] = {NAME: organisation.name, COUNTRY: organisation.country}
    if organisation.population is not None:
        found[POPULATION] = organisation.population
    if organisation.kind is OrganisationKind.CITY:
        found[CITY] = {"name": organisation.name, "country": organisation.country}
        found[PILOT] = organisation.pilot is not PilotStatus.NONE
    return found


def _asked(definition: Definition, code: str) -> Iterator[tuple[str, Field]]:
    for field in definition.section(code).fields:
        if field.role in (*FILLED_IN, PILOT):
            yield str(field.role), field


def _differ(role: str, field: Field, given: Answer, known: Answer) -> bool:
    if role == PILOT:
        return bool((given is True) != known)
    if field.is_blank(given):
        return False
    if role == CITY and isinstance(given, dict) and isinstance(known, dict):
        # A city has a name in each language, and a register often "City of" before it.
        return bool(given.get("country")) and given["country"] != known["country"]
    if role == NAME:
        return folded(str(given)) != folded(str(known))
    return bool(given != known)

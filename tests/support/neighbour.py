"""A fund beside the one in which tests play: another programme, form, currency, zone and rules.

It is always there, with an open call and a proposal that was submitted. Nothing that the first
fund's people look at counts it or shows it, but for what the public sees of both.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any

from sqlalchemy.orm import Session

from grants.accounts.models import Appointment, Membership, Person
from grants.calls.models import Call, Criterion, FormVersion, Fund, Programme, Strand, Topic
from grants.directory.models import Organisation, OrganisationKind
from grants.proposals.models import Proposal, ProposalVersion
from grants.rules import canonical
from grants.rules.forms.definition import Definition
from grants.rules.workflow import CallStatus, ProposalStatus, Role

TITLE = "Rain gardens along the tram"
_FORM: dict[str, Any] = {
    "title": "Application to the river fund",
    "sections": [
        {
            "code": "idea",
            "title": "The idea",
            "fields": [
                {
                    "kind": "short_text",
                    "code": "name",
                    "label": "Name of the idea",
                    "max_characters": 80,
                    "role": "title",
                },
                {"kind": "long_text", "code": "why", "label": "Why now", "max_words": 100},
            ],
        }
    ],
}
_RULES = {
    "basis": "WEIGHTED_SHARE",
    "overall_threshold": "60",
    "combine": "MEDIAN",
    "tie_rules": ["urgency"],
    "list_rule": "SKIP_FILL",
    "minimum_reviews": 2,
}


@dataclass
class Neighbour:
    """The other fund, its call and its people."""

    fund: Fund
    call: Call
    proposal: Proposal
    saskia: Person
    """Officer of the city of Utrecht."""
    noriko: Person
    """Manages the fund."""
    pedro: Person
    """Reviews for it."""


def make(session: Session, saskia: Person, noriko: Person, pedro: Person) -> Neighbour:
    """Make the fund of these people; its call is open, and Utrecht has submitted a proposal."""
    at = saskia.created_at
    programme = Programme(code="RIVERS", name="Rivers of the Pacific")
    programme.strands = [Strand(number=1, name="Water in the city")]
    fund = Fund(
        code="RIVER-FUND",
        name="River fund",
        contact_email="rivers@example.org",
        programme=programme,
        summary="Room for rivers.",
        accent="#8a1c4a",
        zone="Asia/Tokyo",
        languages=["es", "de", "en"],
        run_by="The Bureau of Rivers",
    )
    topic = Topic(fund=fund, code="rain", name="Rain where it falls")
    utrecht = Organisation(
        name="Gemeente Utrecht", kind=OrganisationKind.CITY, country="NL", population=361_000
    )
    session.add_all([programme, fund])
    session.flush()  # the form names the fund by its number
    call = _call(fund, topic, at)
    proposal = _proposal(call, utrecht, saskia, at)
    session.add_all([utrecht, call, proposal])
    session.flush()
    session.add(Membership(person=saskia, organisation=utrecht, since=at))
    session.add(Appointment(person=noriko, role=Role.MANAGER, fund_id=fund.id, since=at))
    session.add(Appointment(person=pedro, role=Role.REVIEWER, call_id=call.id, since=at))
    session.flush()
    return Neighbour(fund, call, proposal, saskia, noriko, pedro)


def _call(fund: Fund, topic: Topic, at: datetime) -> Call:
    call = Call(
        code="RIVER-2020",
        fund=fund,
        status=CallStatus.PUBLISHED,
        number=1,
        title="Rivers 2020",
        summary="Cities that give their rivers room.",
        currency="JPY",
        envelope_cents=30_000_000,
        smallest_cents=500_000,
        largest_cents=9_000_000,
        cofinancing=Fraction(2, 3),
        opens_at=at - timedelta(days=3),
        closes_at=datetime(2020, 5, 15, 8, 0, tzinfo=UTC),
        zone="Asia/Tokyo",
        form=_form(fund, at),
        topics=[topic],
        checklist=[{"code": "signed", "kind": "admissibility", "text": "It is signed."}],
        rules=_RULES,
        published_at=at - timedelta(days=3),
    )
    for position, (code, weight, halves) in enumerate((("urgency", "2", 7), ("cost", "1", None))):
        call.criteria.append(
            Criterion(
                position=position,
                code=code,
                name=code.title(),
                guidance=f"Of its {code}.",
                weight=weight,
                threshold_halves=halves,
            )
        )
    return call


def _form(fund: Fund, at: datetime) -> FormVersion:
    definition = Definition.from_json(_FORM)
    return FormVersion(
        fund_id=fund.id,
        code="rivers",
        number=1,
        title=_FORM["title"],
        definition=definition.to_json(),
        sha256=definition.digest,
        created_at=at,
    )


def _proposal(call: Call, city: Organisation, by: Person, at: datetime) -> Proposal:
    answers = {"idea": {"name": TITLE, "why": "The summers are getting wetter."}}
    content = {
        "answers": answers,
        "files": [],
        "lifted": {"title": TITLE},
        "organisation": {"name": city.name, "country": city.country},
    }
    proposal = Proposal(
        reference=f"{call.code}-001",
        call=call,
        organisation=city,
        form=call.form,
        started_by=by,
        started_at=at,
        start_key="rivers",
        status=ProposalStatus.SUBMITTED,
        title=TITLE,
        topic=call.topics[0],
        requested_cents=2_000_000,
        total_cents=3_000_000,
        saved_at=at,
        submitted_at=at,
    )
    proposal.versions.append(
        ProposalVersion(
            form=proposal.form,
            number=1,
            answers=answers,
            content=content,
            sha256=canonical.digest(content),
            receipt=f"R-{proposal.reference}",
            submitted_at=at,
            submitted_by=by,
        )
    )
    return proposal

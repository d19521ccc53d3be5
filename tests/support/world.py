"""The world in which most tests play: the IUC Asia fund, its call, its cities and people."""

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from functools import cache
from pathlib import Path

from sqlalchemy.orm import Session

from grants.accounts import passwords
from grants.accounts.models import Appointment, Identity, IdentityKind, Membership, Person
from grants.calls.models import Call, Criterion, FormVersion, Fund, Programme, Strand, Topic
from grants.calls.queries.first_stages import first_stages
from grants.directory.models import Organisation, OrganisationKind, PilotStatus
from grants.rules.forms.definition import Definition
from grants.rules.workflow import CallStatus, Role
from tests.support import neighbour
from tests.support.clock import Clock
from tests.support.neighbour import Neighbour

PASSWORD = "a long walk along the Darro"
FORM = Path(__file__).parents[2] / "grants" / "demo" / "forms" / "iuc-2020.json"
CLOSES = datetime(2020, 3, 31, 15, 0, tzinfo=UTC)
"""17:00 in Brussels, where summer time has just begun."""


@dataclass
class World:
    """People and things by name."""

    programme: Programme
    fund: Fund
    topics: list[Topic]
    form: FormVersion
    call: Call
    granada: Organisation
    mannheim: Organisation
    lodz: Organisation
    lucia: Person
    """Officer of the city of Granada."""
    jonas: Person
    """Officer of the city of Mannheim."""
    zofia: Person
    """Officer of the city of Łódź."""
    wei: Person
    anna: Person
    marc: Person
    """Three reviewers of the call."""
    helena: Person
    """Manages the fund."""
    viktor: Person
    """Manages the fund too, and signs second."""
    olga: Person
    """Audits the fund."""
    stranger: Person
    """Has an account and nothing else."""
    neighbour: Neighbour | None
    """Another fund, with which none of these has anything to do."""


@cache
def _password() -> str:
    return passwords.hashed(PASSWORD)


def person(session: Session, name: str, email: str, at: datetime) -> Person:
    """Make somebody with a confirmed account."""
    made = Person(
        name=name,
        email=email,
        language="en",
        confirmed_at=at,
        created_at=at,
        identities=[Identity(kind=IdentityKind.PASSWORD, secret=_password(), created_at=at)],
    )
    session.add(made)
    return made


def make(session: Session, clock: Clock, *, alone: bool = False) -> World:
    """Make the whole world; the call is open. Beside the fund there is another, unless `alone`."""
    at = clock()
    programme = Programme(code="IUC", name="International Urban Cooperation")
    programme.strands = [
        Strand(number=1, name="City-to-city cooperation"),
        Strand(number=2, name="Climate and energy"),
        Strand(number=3, name="Innovation"),
    ]
    fund = Fund(
        code="IUC-ASIA",
        name="IUC Asia competitive fund",
        contact_email="fund@example.org",
        programme=programme,
    )
    topics = [
        Topic(fund=fund, code=code, name=name)
        for code, name in (
            ("smart", "Smart cities and innovation"),
            ("circular", "Circular economy"),
            ("digital", "Digital transition"),
        )
    ]
    session.add_all([programme, fund, *topics])
    cities = [
        Organisation(
            name=name,
            kind=OrganisationKind.CITY,
            country=country,
            population=population,
            pilot=PilotStatus.FORMER,
            pilot_from=date(2017, 1, 1),
            pilot_until=date(2019, 12, 31),
        )
        for name, country, population in (
            ("City of Granada", "ES", 232_000),
            ("City of Mannheim", "DE", 310_000),
            ("Miasto Łódź", "PL", 670_000),
        )
    ]
    people = {
        name: person(session, full, f"{name}@example.org", at)
        for name, full in (
            ("lucia", "Lucía Fernández"),
            ("jonas", "Jonas Weber"),
            ("zofia", "Zofia Kowalska"),
            ("wei", "Wei Zhang"),
            ("anna", "Anna Rossi"),
            ("marc", "Marc Dubois"),
            ("helena", "Helena Novak"),
            ("viktor", "Viktor Lind"),
            ("olga", "Olga Petrou"),
            ("stranger", "Sam Stranger"),
        )
    }
    form = form_version(at)
    session.add_all([*cities, form])
    call = make_call(fund, form, topics, at)
    session.add(call)
    session.flush()
    for name, city in zip(("lucia", "jonas", "zofia"), cities, strict=True):
        session.add(Membership(person=people[name], organisation=city, since=at))
    for name in ("wei", "anna", "marc"):
        session.add(Appointment(person=people[name], role=Role.REVIEWER, call_id=call.id, since=at))
    for name, role in (
        ("helena", Role.MANAGER),
        ("viktor", Role.MANAGER),
        ("olga", Role.AUDITOR),
    ):
        session.add(Appointment(person=people[name], role=role, fund_id=fund.id, since=at))
    session.flush()
    granada, mannheim, lodz = cities
    others = (
        person(session, name, email, at)
        for name, email in (
            ("Saskia de Vries", "saskia@example.org"),
            ("Noriko Sato", "noriko@example.org"),
            ("Pedro Álvarez", "pedro@example.org"),
        )
    )
    return World(
        neighbour=None if alone else neighbour.make(session, *others),
        programme=programme,
        fund=fund,
        topics=topics,
        form=form,
        call=call,
        granada=granada,
        mannheim=mannheim,
        lodz=lodz,
        **people,
    )


def form_version(at: datetime) -> FormVersion:
    """Load the demonstration's form."""
    definition = Definition.from_json(json.loads(FORM.read_text()))
    return FormVersion(
        code="iuc-2020",
        number=1,
        title="Proposal",
        definition=definition.to_json(),
        sha256=definition.digest,
        created_at=at,
    )


def make_call(fund: Fund, form: FormVersion, topics: list[Topic], at: datetime) -> Call:
    """Make an open call with three criteria."""
    call = Call(
        code="IUC-2020",
        fund=fund,
        status=CallStatus.PUBLISHED,
        number=1,
        title="Competitive fund 2020",
        summary="City-to-city cooperation between Europe and Asia.",
        currency="EUR",
        envelope_cents=12_000_000,
        smallest_cents=1_000_000,
        largest_cents=6_000_000,
        cofinancing=Fraction(4, 5),
        opens_at=at - timedelta(days=7),
        closes_at=CLOSES,
        zone="Europe/Brussels",
        form=form,
        topics=topics,
        checklist=[
            {"code": "complete", "kind": "admissibility", "text": "All sections are complete."},
            {"code": "letter", "kind": "admissibility", "text": "The mayor's letter is attached."},
            {"code": "countries", "kind": "eligibility", "text": "Cities of two countries."},
        ],
        rules={
            "basis": "UNWEIGHTED_SUM",
            "overall_threshold": "10",
            "combine": "MEAN",
            "tie_rules": ["impact", "excellence"],
            "list_rule": "STRICT_STOP",
            "minimum_reviews": 3,
        },
        published_at=at - timedelta(days=7),
        stages=first_stages(),
    )
    for position, (code, name, weight) in enumerate(
        (
            ("excellence", "Excellence", "1"),
            ("impact", "Impact", "3/2"),
            ("implementation", "Implementation", "1"),
        )
    ):
        call.criteria.append(
            Criterion(
                position=position,
                code=code,
                name=name,
                guidance=f"How good is its {name.lower()}?",
                weight=weight,
                threshold_halves=6,
            )
        )
    return call

"""Loading the demonstration, once, into an empty portal."""

import json
import logging
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from grants.accounts.models import Appointment, Membership, Person
from grants.calls.models import Call, Fund, Programme, Strand, Topic
from grants.calls.queries.facts import CallFacts, CriterionFacts
from grants.demo import facts, people, texts
from grants.demo.history import History
from grants.demo.staged.story import StagedCall
from grants.demo.story_clock import Hands
from grants.directory.models import (
    Organisation,
    OrganisationKind,
    Pairing,
    PairingKind,
    PilotStatus,
)
from grants.portal import Portal
from grants.projects.models import Event
from grants.rules.forms.definition import Definition
from grants.rules.workflow import Role
from grants.services import Services

FORM = Path(__file__).parent / "forms" / "iuc-2020.json"
BEGINNING = datetime(2017, 9, 1, 8, 0, tzinfo=UTC)


def load_once(portal: Portal, *, staged: bool = False) -> bool:
    """Load the demonstration unless somebody has an account already; tell whether it was.

    A `staged` one has a second fund too, with a call in two stages and forty proposals.
    """
    clock = Hands(BEGINNING)
    with _quietly(), portal.writing(clock) as services:
        if services.db.scalar(select(Person.id).limit(1)) is not None:
            return False
        made = Demonstration(services, clock, now=portal.clock())
        made.load()
        if staged:
            clock.moment = BEGINNING
            programme = services.db.scalars(select(Programme)).one()
            StagedCall(services, clock, made.people, now=portal.clock()).load(programme)
    return True


@contextmanager
def _quietly() -> Iterator[None]:
    """Keep the log to what happens: years of an invented story are not."""
    root = logging.getLogger()
    level = root.level
    root.setLevel(logging.WARNING)
    try:
        yield
    finally:
        root.setLevel(level)


class Demonstration:
    """Makes the fund, its people, its cities and its calls."""

    def __init__(self, services: Services, clock: Hands, *, now: datetime) -> None:
        self.services, self.clock, self.now = services, clock, now
        self.db: Session = services.db
        self.people: dict[str, Person] = {}
        self.cities: dict[str, Organisation] = {}

    def load(self) -> None:
        """Make everything, in the order in which it happened."""
        self.people = people.make(self.db, BEGINNING)
        fund = self._fund()
        self._cities()
        self._pairings(fund)
        self._appoint(fund)
        self._events(fund)
        self.db.flush()
        history = History(self.services, self.clock, self.people, self.cities)
        for past in texts.PAST_CALLS:
            call = self._call(fund, past)
            history.play(call, past)
        self._open_call(fund)

    def _fund(self) -> Fund:
        programme = Programme(
            code="IUC", name="International Urban Cooperation", summary=facts.PROGRAMME
        )
        for number, (name, summary) in enumerate(facts.STRANDS, start=1):
            programme.strands.append(Strand(number=number, name=name, summary=summary))
        fund = Fund(
            code="IUC-ASIA",
            name="IUC Asia competitive fund",
            contact_email="fund@example.org",
            programme=programme,
        )
        fund.topics = [Topic(code=code, name=name) for code, name in facts.TOPICS]
        self.db.add(fund)
        self.db.flush()
        return fund

    def _cities(self) -> None:
        for name, country, population, pilot_from in facts.CITIES:
            self.cities[name] = Organisation(
                name=name,
                kind=OrganisationKind.CITY,
                country=country,
                population=population,
                pilot=PilotStatus.FORMER if pilot_from else PilotStatus.NONE,
                pilot_from=pilot_from,
                pilot_until=facts.PILOT_UNTIL if pilot_from else None,
            )
        self.db.add_all(self.cities.values())
        for who, city in (
            ("lucia", "City of Granada"),
            ("jonas", "City of Mannheim"),
            ("zofia", "Miasto Łódź"),
        ):
            self.db.add(
                Membership(person=self.people[who], organisation=self.cities[city], since=BEGINNING)
            )

    def _pairings(self, fund: Fund) -> None:
        topics = {topic.code: topic for topic in fund.topics}
        for name, kind, cities, codes, sdgs in facts.PAIRINGS:
            self.db.add(
                Pairing(
                    programme_id=fund.programme_id,
                    name=name,
                    kind=PairingKind(kind),
                    sdgs=list(sdgs),
                    cities=[self.cities[city] for city in cities],
                    topics=[topics[code] for code in codes],
                )
            )

    def _appoint(self, fund: Fund) -> None:
        for who, role in (
            ("helena", Role.MANAGER),
            ("viktor", Role.MANAGER),
            ("olga", Role.AUDITOR),
        ):
            self.db.add(
                Appointment(person=self.people[who], role=role, fund_id=fund.id, since=BEGINNING)
            )

    def _events(self, fund: Fund) -> None:
        for title, place, first, last, description in facts.ALL_DAY:
            self._event(fund, title, place, description, starts_on=first, ends_on=last)
        for title, place, zone, starts, ends, description in facts.TIMED:
            self._event(fund, title, place, description, zone=zone, starts_at=starts, ends_at=ends)

    def _event(
        self,
        fund: Fund,
        title: str,
        place: str,
        description: str,
        *,
        zone: str = "UTC",
        starts_on: date | None = None,
        ends_on: date | None = None,
        starts_at: datetime | None = None,
        ends_at: datetime | None = None,
    ) -> None:
        self.db.add(
            Event(
                token=secrets.token_urlsafe(12),
                programme_id=fund.programme_id,
                title=title,
                place=place,
                description=description,
                zone=zone,
                starts_on=starts_on,
                ends_on=ends_on,
                starts_at=starts_at,
                ends_at=ends_at,
                entered_at=self.clock(),
            )
        )

    def _call(self, fund: Fund, past: texts.PastCall) -> Call:
        """Write and publish a call as it was."""
        self.clock.moment = past.opens_at - timedelta(days=14)
        form = self.services.calls.keep_form(
            past.code.lower(), definition(past.starts_on, past.ends_on), fund=fund
        )
        call = self.services.calls.create(
            fund, past.code, call_facts(fund, past, form.id), by=self.people["helena"]
        )
        self.clock.moment = past.opens_at - timedelta(days=7)
        self.services.calls.open_to_public(call, by=self.people["helena"])
        for who in ("wei", "anna", "marc"):
            self.db.add(
                Appointment(
                    person=self.people[who],
                    role=Role.REVIEWER,
                    call_id=call.id,
                    since=self.clock(),
                )
            )
        self.db.flush()
        return call

    def _open_call(self, fund: Fund) -> None:
        """Publish a call that is open now, under which Granada has begun to write."""
        opened = (self.now - timedelta(days=14)).replace(hour=8, minute=0, second=0, microsecond=0)
        coming = texts.open_call(opened, opened + timedelta(days=75, hours=8))
        call = self._call(fund, coming)
        self.clock.moment = opened + timedelta(days=2)
        proposals = self.services.proposals
        lucia = self.people["lucia"]
        draft = proposals.start(
            call, self.cities["City of Granada"], by=lucia, key=secrets.token_hex(8)
        )
        begun = texts.begun(coming)
        for code, answers in begun.items():
            proposals.save(draft, code, answers, by=lucia, revision=0, tab="")


def definition(starts_on: date, ends_on: date) -> Definition:
    """Return the demonstration's form, for projects between these two days."""
    data = json.loads(FORM.read_text(encoding="utf-8"))
    first, last = starts_on.isoformat(), ends_on.isoformat()
    for section in data["sections"]:
        for field in section["fields"]:
            if field["kind"] == "period":
                field["earliest"], field["latest"] = first, last
                field["help"] = "From the first activity to the last."
            if field["code"] == "pilot_since":
                field["maximum"] = ends_on.year
    return Definition.from_json(data)


def call_facts(fund: Fund, past: texts.PastCall, form_id: int) -> CallFacts:
    """Return everything that was decided about a call."""
    return CallFacts(
        title=past.title,
        summary=f"{past.summary}\n{facts.EXAMPLE}",
        currency="EUR",
        envelope_cents=past.envelope_cents,
        smallest_cents=1_000_000,
        largest_cents=6_000_000,
        cofinancing=Fraction(9, 10),
        opens_at=past.opens_at,
        closes_at=past.closes_at,
        zone="Europe/Brussels",
        form_id=form_id,
        topic_ids=tuple(topic.id for topic in fund.topics),
        criteria=tuple(
            CriterionFacts(
                code=code, name=name, guidance=guidance, weight=weight, threshold_halves=threshold
            )
            for code, name, guidance, weight, threshold in facts.CRITERIA
        ),
        checklist=tuple({"kind": kind, "text": text} for kind, text in facts.CHECKLIST),
        rules=facts.RULES,
    )

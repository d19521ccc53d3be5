"""Who plays in the story, where they sit, and what arrives in their mailboxes."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

from playwright.sync_api import Page, expect
from reportlab.pdfgen.canvas import Canvas
from sqlalchemy.orm import Session

from grants.models import (
    Appointment,
    Fund,
    Membership,
    Organisation,
    OrganisationKind,
    PilotStatus,
    Programme,
    Strand,
    Topic,
)
from grants.workflow import Role
from tests import world
from tests.clock import Clock
from tests.mailbox import Mailbox
from tests.visitors import Visitor

OFFICERS = {"Granada": "Lucía", "Mannheim": "Jonas", "Łódź": "Zofia"}
ADDRESSES = {
    "Helena": "helena@example.org",
    "Lucía": "lucia@example.org",
    "Jonas": "jonas@example.org",
    "Zofia": "zofia@example.org",
    "Wei": "wei@example.org",
    "Anna": "anna@example.org",
    "Marc": "marc@example.org",
    "Ingrid": "ingrid@example.org",
}
REVIEWERS = {
    "Wei": "Wei Zhang",
    "Anna": "Anna Rossi",
    "Marc": "Marc Dubois",
    "Ingrid": "Ingrid Solberg",
}


@dataclass
class Scene:
    """The portal, the people at their browsers, and the day it is."""

    mail: Mailbox
    clock: Clock
    visit: Callable[[], Visitor]
    desk: Path
    """Where people keep the files that they send."""
    people: dict[str, Visitor] = field(default_factory=dict)
    signed_in: dict[str, datetime] = field(default_factory=dict)
    offer: str = ""
    """Where the review is that somebody looked at last."""
    references: dict[str, str] = field(default_factory=dict)
    pictures: int = 0
    seen: set[str] = field(default_factory=set)

    def day(self, year: int, month: int, day: int, hour: int = 9, minute: int = 0) -> None:
        """Let it be that moment (UTC)."""
        self.clock.move_to(datetime(year, month, day, hour, minute, tzinfo=UTC))

    def at(self, name: str) -> Visitor:
        """Give somebody's window; whoever was away for long has to sign in again."""
        visitor = self.window(name)
        if self.signed_in.get(name) != self.clock():
            visitor.sign_in(ADDRESSES[name])
            self.signed_in[name] = self.clock()
        return visitor

    def window(self, name: str) -> Visitor:
        """Give somebody's window as it is."""
        if name not in self.people:
            self.people[name] = self.visit()
        return self.people[name]

    def of(self, city: str) -> Visitor:
        """Give the window of a city's officer."""
        return self.at(OFFICERS[city])

    def look(self, visitor: Visitor, name: str) -> None:
        """Take a picture of the page and hold it against the rules of accessibility, once."""
        if name in self.seen:
            return
        self.seen.add(name)
        self.pictures += 1
        visitor.require_accessible()
        visitor.require_reflow()
        if name.endswith("-errors"):
            visitor.require_errors_told()
        visitor.shoot(f"{self.pictures:03}-{name}")

    def letters(self, name: str) -> list[EmailMessage]:
        """Give all letters to somebody, the newest last."""
        found: list[EmailMessage] = self.mail.letters(ADDRESSES[name])
        return found

    def link(self, name: str) -> str:
        """Give the path of the link in the newest invitation to somebody."""
        return self.mail.link(ADDRESSES[name])

    def download(self, visitor: Visitor, path: str) -> bytes:
        """Fetch a file in somebody's name, as their browser would."""
        answer = visitor.context.request.get(visitor.address + path)
        assert answer.ok, f"{path}: {answer.status}"
        return answer.body()

    def file(self, name: str) -> Path:
        """Make a small PDF with its own name in it."""
        path = self.desk / name
        if not path.exists():
            canvas = Canvas(str(path))
            canvas.drawString(72, 720, path.stem.encode("ascii", "ignore").decode())
            canvas.save()
        return path


def text_of(letter: EmailMessage) -> str:
    """Give what a letter says, its lines joined."""
    body = letter.get_body(("plain",))
    assert body is not None
    return " ".join(body.get_content().split())


def reads(page: Page, words: str) -> None:
    """Wait until the page says so."""
    expect(page.get_by_role("main")).to_contain_text(words)


def make_fund(session: Session, at: datetime) -> None:
    """Make the fund and Helena, who manages it; there is no call yet."""
    programme = Programme(code="IUC", name="International Urban Cooperation")
    programme.strands = [Strand(number=1, name="City-to-city cooperation")]
    fund = Fund(
        code="IUC-ASIA",
        name="IUC Asia competitive fund",
        contact_email="fund@example.org",
        programme=programme,
    )
    fund.topics = [
        Topic(code="smart-cities", name="Smart cities and innovation"),
        Topic(code="digital", name="Digital transition"),
    ]
    helena = world.person(session, "Helena Novak", ADDRESSES["Helena"], at)
    session.add_all([programme, fund, world.form_version(at)])
    session.flush()
    session.add(Appointment(person=helena, role=Role.MANAGER, fund_id=fund.id, since=at))


def make_cities(session: Session, at: datetime) -> None:
    """Make the three cities, each with an officer who has an account."""
    for name, officer, email, country, population in (
        ("City of Granada", "Lucía Fernández", "lucia@example.org", "ES", 232_000),
        ("City of Mannheim", "Jonas Weber", "jonas@example.org", "DE", 310_000),
        ("Miasto Łódź", "Zofia Kowalska", "zofia@example.org", "PL", 670_000),
    ):
        city = Organisation(
            name=name,
            kind=OrganisationKind.CITY,
            country=country,
            population=population,
            pilot=PilotStatus.CURRENT,
            pilot_from=at.date().replace(year=2018),
        )
        person = world.person(session, officer, email, at)
        session.add(Membership(person=person, organisation=city, since=at))

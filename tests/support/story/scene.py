"""Who plays in the story, where they sit, and what arrives in their mailboxes."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path

from playwright.sync_api import Page, expect
from reportlab.pdfgen.canvas import Canvas

from grants.demo import PASSWORD
from tests.support.story import texts
from tests.support.story.portal import Running
from tests.support.visitors import Visitor

OFFICERS = {"Granada": "Lucía", "Mannheim": "Jonas", "Łódź": "Zofia"}
ADDRESSES = {
    "Helena": "helena@fund.example",
    "Lucía": "lucia@granada.example",
    "Jonas": "jonas@mannheim.example",
    "Zofia": "zofia@lodz.example",
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

    portal: Running
    visit: Callable[[], Visitor]
    desk: Path
    """Where people keep the files that they send."""
    looking: bool = True
    """Whether each page is held against the rules: once is enough, whichever the database."""
    people: dict[str, Visitor] = field(default_factory=dict)
    signed_in: set[str] = field(default_factory=set)
    offer: str = ""
    """Where the review is that somebody looked at last."""
    references: dict[str, str] = field(default_factory=dict)
    pictures: int = 0
    seen: set[str] = field(default_factory=set)

    def day(self, month: int, day: int, hour: int = 9, minute: int = 0) -> None:
        """Let it be that moment of the story's year (UTC)."""
        page = self.window("Reader").go("/dev/clock")
        moment = f"{texts.YEAR}-{month:02}-{day:02}T{hour:02}:{minute:02}"
        page.get_by_label("Date and time (UTC)").fill(moment)
        page.get_by_role("button", name="Move the clock forward").click()
        reads(page, "The clock is moved forward.")
        self.signed_in.clear()

    def at(self, name: str) -> Visitor:
        """Give somebody's window; whoever was away for long has to sign in again."""
        visitor = self.window(name)
        if name not in self.signed_in:
            visitor.sign_in_by_form(ADDRESSES[name], PASSWORD)
            self.signed_in.add(name)
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
        if not self.looking or name in self.seen:
            return
        self.seen.add(name)
        self.pictures += 1
        visitor.require_accessible()
        visitor.require_reflow()
        if name.endswith("-errors"):
            visitor.require_errors_told()
        visitor.shoot(f"{self.pictures:03}-{name}")

    def letters(self, name: str) -> list[EmailMessage]:
        """Give all letters to somebody about the story's call, the newest last."""
        found = self.portal.letters(ADDRESSES[name])
        return [it for it in found if texts.CODE in text_of(it) or texts.TITLE in text_of(it)]

    def link(self, name: str) -> str:
        """Give the path of the link in the newest invitation to somebody."""
        found = re.search(r"https?://[^/]+(/invitations/\S+)", text_of(self.letters(name)[-1]))
        assert found
        return found[1]

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
    """Wait until the page says so and is there to its end."""
    expect(page.get_by_role("main")).to_contain_text(words)
    page.wait_for_load_state()

"""Whether everything that a page offers is there: its links, and its buttons.

Links are followed. A button is pressed with the fields as the page filled them, in a transaction
that is undone, so that whoever looks changes nothing.
"""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urljoin, urlsplit

import transaction
from pyramid.router import Router
from webtest import TestResponse

from grants.accounts.models import Person
from grants.accounts.service.sessions import Lifetime
from grants.portal import Portal
from tests.functional.links.language import FOR_ALL, Left
from tests.support.browsers import Browser
from tests.support.offers import HOST, addresses, buttons, main_text

ELSEWHERE = ("/static/", "/language", "/sign-out")
"""Not followed: files that every page has, the same page in another language, the way out."""
ALIKE = ("/accessibility", "/privacy", "/calendar", "/fund.css", "/forgot", "/register")
"""Pages that are the same for everybody: looked at by whoever has no account."""
COMPARING = ("/manage/calls/",)
"""Pages on which much comes together: looked at again at every stop."""
MOVING = ("/work", "/calls", "/proposals/", "/reviews", "/projects/", "/awards")
"""Pages that say something else at other stops, though the thing stands alike."""
MEANT = ("close", "countersign", "kind", "action")
"""Hidden fields that tell one button from another of the same name."""
ANSWERED = frozenset({200, 303, 422, 429})
"""A form may ask for what it lacks."""


@dataclass(frozen=True, order=True)
class Dead:
    """Something that was offered and does not work: who, when, where it stood, where it leads."""

    who: str
    when: str
    page: str
    offered: str
    status: int
    said: str = ""


@dataclass(frozen=True, order=True)
class English:
    """What is left in English on a page in another language: whose, when, where, and the text."""

    language: str
    text: str
    who: str
    when: str
    page: str


Sent = tuple[tuple[str, str], ...]
Standing = Mapping[str, str]
"""How each thing that an address may name stands, by its reference or number."""


@dataclass
class Reader:
    """One person, who looks around at every stop and remembers what they have seen."""

    app: Router
    portal: Portal
    who: str
    person_id: int | None
    dead: list[Dead] = field(default_factory=list)
    english: list[English] = field(default_factory=list)
    visited: int = 0
    pressed: int = 0
    sent_away: int = 0
    """How often a button led to signing in: then nothing was tried."""
    _known: set[object] = field(default_factory=set)
    _desk: str = ""
    _when: str = ""
    _closely: bool = False
    _standing: Standing = field(default_factory=dict)
    _left: Left | None = None

    def look_around(self, when: str, standing: Standing, *, closely: bool, left: Left) -> None:
        """Go to every page that links lead to, and press every button, in the language of `left`.

        Of things that stand alike one is looked at. Unless `closely`, only when the page on which
        this person begins says something else than at the last stop.
        """
        self._when, self._standing, self._closely = when, standing, closely
        browser, start = Browser(self.app), "/" if self.person_id is None else "/work"
        if self.person_id is not None:
            browser.set_cookie("session", self._signed_in(self.person_id))
        desk = main_text(browser.get(start).body)
        if desk == self._desk and not closely:
            return
        self._desk, self._left = desk, left
        browser.set_cookie("language", left.language)
        waiting, seen = deque([(start, "the beginning")]), set[object]()
        while waiting:
            address, found_on = waiting.popleft()
            if not self._is_new(self._alike(address), seen, lasting=self._is_lasting(address)):
                continue
            self.visited += 1
            waiting.extend(self._open(browser, address, found_on, seen))

    def _signed_in(self, person_id: int) -> str:
        with self.portal.writing() as services:
            held = services.db.get_one(Person, person_id)
            lifetime: Lifetime = self.app.registry["session.lifetime"]
            return services.sessions.open(held, lifetime=lifetime)

    def _open(
        self, browser: Browser, address: str, found_on: str, seen: set[object]
    ) -> list[tuple[str, str]]:
        """Open one address; give what it leads to."""
        answer = browser.get(address, status="*")
        if answer.status_int not in (200, 303):
            self._note(found_on, address, answer)
            return []
        onward = [it for it in addresses(answer, address) if not it.startswith(ELSEWHERE)]
        if answer.status_int == 303:
            if self.person_id is not None and "/sign-in" in answer.headers["Location"]:
                self._note(found_on, address, answer)
            return [(it, found_on) for it in onward]
        self._read(answer, address)
        if answer.content_type == "text/html":
            self._press(browser, answer, address, seen)
        return [(it, address) for it in onward if self._wants(it)]

    def _wants(self, address: str) -> bool:
        return self.person_id is None or not address.startswith(ALIKE)

    def _press(self, browser: Browser, page: TestResponse, here: str, seen: set[object]) -> None:
        """Press every button of every form that changes something, and undo it."""
        for button in buttons(page.body):
            action = urljoin(HOST + here, button.action or here).removeprefix(HOST)
            if action.startswith(ELSEWHERE):
                continue
            fixed = tuple(it for it in button.sent if it[0] in MEANT or it[1] == "1")
            key = ("press", self._alike(action), fixed, self._filled(action, button.sent))
            if not self._is_new(key, seen, lasting=True):
                continue
            self.pressed += 1
            answer = self._undone(action, button.sent, browser)
            self.sent_away += "/sign-in" in answer.headers.get("Location", "")
            if answer.status_int == 422:
                self._read(answer, action)
            if answer.status_int not in ANSWERED:
                names = " ".join(name for name, _value in button.sent)
                self._note(here, f"{action} [{names}]", answer)

    def _filled(self, action: str, given: Sent) -> tuple[object, ...]:
        """Tell forms apart by their fields; where much comes together, by what stands in them.

        What such a page is filled with, the version that it shows among it, is the same at another
        stop only where nothing has happened to it.
        """
        if action.startswith(COMPARING):
            return tuple(it for it in given if it[0] != "csrf_token")
        return tuple(name for name, _value in given)

    def _read(self, answer: TestResponse, here: str) -> None:
        """Note what is left in English."""
        found: list[str] = []
        if self._left is None:
            return
        if answer.content_type == "text/html":
            found = self._left.on(answer.body)
        elif answer.content_type == "text/csv":
            found = self._left.in_table(answer.body)
        elif answer.content_type == "application/pdf" and self._is_unread(here):
            found = self._left.in_paper(answer.body)
        for text in found:
            self.english.append(English(self._left.language, text, self.who, self._when, here))

    def _is_unread(self, here: str) -> bool:
        """Tell whether no paper of the kind was read in this language, by this reader."""
        if "/file/" in here or here.endswith(FOR_ALL) or self._left is None:
            return False
        kind = ("paper", here.rsplit("/", 1)[-1], self._left.language)
        return self._is_new(kind, self._known, lasting=True)

    def _is_new(self, key: object, seen: set[object], *, lasting: bool) -> bool:
        if key in seen or key in self._known:
            return False
        (self._known if lasting else seen).add(key)
        return True

    def _is_lasting(self, address: str) -> bool:
        """Tell whether what is there hangs on nothing but the thing itself and how it stands."""
        path = urlsplit(address).path
        if path.startswith(COMPARING) or path == "/work":
            return False
        is_file = "." in path.rsplit("/", 1)[-1] or "/file/" in path
        return not (self._closely and path.startswith(MOVING)) or is_file or "/sections/" in path

    def _alike(self, address: str) -> tuple[str, frozenset[str]]:
        """Take things that stand alike, and lists in another order, for one."""
        parts = urlsplit(address)
        named = parts.path.split("/")
        for place, part in enumerate(named):
            key = f"{named[1]}/{part}" if part.isdigit() else part
            named[place] = self._standing.get(key, part)
        names = frozenset(name for name, _value in parse_qsl(parts.query))
        return "/".join(named), names

    def _undone(self, action: str, given: Sent, looking: Browser) -> TestResponse:
        manager = transaction.TransactionManager(explicit=True)
        manager.begin()
        browser = Browser(self.app, {"tm.active": True, "tm.manager": manager})
        for name, value in looking.cookies.items():
            browser.set_cookie(name, value.strip('"'))
        try:
            return browser.post(action, given, status="*")
        finally:
            manager.abort()

    def _note(self, page: str, offered: str, answer: TestResponse) -> None:
        said = ""
        if answer.content_type == "text/html":
            found = answer.html.find("main")
            said = " ".join(found.get_text(" ").split())[:160] if found else ""
        self.dead.append(Dead(self.who, self._when, page, offered, answer.status_int, said))

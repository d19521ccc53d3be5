"""Somebody at a browser, over real HTTP: signs in, saves, submits, and remembers every yes."""

import http.client
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from urllib.parse import urlencode

from webtest import TestResponse

from tests.support import world
from tests.support.browsers import Page, without_templates

INTERRUPTED = (OSError, http.client.HTTPException)
"""What a client meets when the server is gone; whether it did what was asked is not known."""

TIMEOUT = 20
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class WrongAnswerError(AssertionError):
    """The portal answered what it must not answer here."""


@dataclass
class Browser:
    """Keeps cookies and asks for pages, with a connection of its own each time."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, path: str) -> TestResponse:
        """Ask for a page."""
        return self._ask("GET", path, None, {})

    def post(
        self, path: str, fields: Sequence[tuple[str, str]], headers: dict[str, str] | None = None
    ) -> TestResponse:
        """Send a form."""
        return self._ask("POST", path, urlencode(fields), {**_FORM, **(headers or {})})

    def _ask(
        self, method: str, path: str, body: str | None, headers: dict[str, str]
    ) -> TestResponse:
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=TIMEOUT)
        try:
            connection.request(method, path, body, {**headers, "Cookie": cookie})
            answer = connection.getresponse()
            content = answer.read()
        finally:
            connection.close()
        for header in answer.headers.get_all("Set-Cookie") or ():
            self.cookies.update({k: v.value for k, v in SimpleCookie(header).items()})
        page = Page(
            without_templates(content),
            f"{answer.status} {answer.reason}",
            headerlist=[(k, v) for k, v in answer.headers.items() if k != "Transfer-Encoding"],
        )
        # Python's own reader of HTML would take from the server what it needs to answer.
        page.parser_features = "lxml"
        return page

    def sign_in(self, email: str) -> None:
        """Go through the door."""
        form = self.get("/sign-in").forms["sign_in"]
        form["email"], form["password"] = email, world.PASSWORD
        answer = self.post("/sign-in", form.submit_fields("sign_in"))
        if answer.status_int != 303:
            raise WrongAnswerError(f"{email} could not sign in: {answer.status}")


@dataclass
class Told:
    """What one proposal's writer was told, and what she asked for without an answer."""

    reference: str
    revision: int = 0
    """Of the last save that was acknowledged."""
    title: str = ""
    unanswered: list[str] = field(default_factory=list)
    """Titles that were sent after it."""
    submitted: int = 0
    """How often submitting was acknowledged."""
    wanted: int = 0
    """How often she wanted to submit, however often she had to press the button."""


@dataclass
class Writer:
    """Writes proposals, one after the other: saves, submits, reopens, submits again."""

    browser: Browser
    email: str
    drafts: Sequence[str]
    running: threading.Event
    """Set while the server is there."""
    stopping: threading.Event
    told: dict[str, Told] = field(default_factory=dict)
    saves: int = 0
    answers: int = 0
    failure: BaseException | None = None

    def write(self) -> None:
        """Go on until told to stop or everything is submitted."""
        try:
            self._insist(lambda: self.browser.sign_in(self.email))
            for number, reference in enumerate(self.drafts):
                self._write_one(Told(reference), number)
        except _Stopped:
            pass
        except BaseException as failure:
            self.failure = failure

    def _write_one(self, told: Told, number: int) -> None:
        self.told[told.reference] = told
        self._save(told, f"Proposal {told.reference}, begun")
        for nth in range(3):
            self._save(told, f"Proposal {told.reference}, as saved the {nth}. time")
        self._submit(told)
        if number % 3 == 0:
            self._insist(lambda: self._take_back(told))
            self._save(told, f"Proposal {told.reference}, better")
            self._submit(told)

    def _insist(self, act: Callable[[], None]) -> None:
        """Try again after each interruption, as soon as the server is back."""
        while True:
            self._wait()
            try:
                act()
            except INTERRUPTED:
                time.sleep(0.05)
            else:
                self.answers += 1
                return

    def _wait(self) -> None:
        while not self.running.wait(0.05):
            if self.stopping.is_set():
                raise _Stopped
        if self.stopping.is_set():
            raise _Stopped

    def _save(self, told: Told, title: str) -> None:
        self._insist(lambda: self._save_once(told, title))

    def _save_once(self, told: Told, title: str) -> None:
        path = f"/proposals/{told.reference}/sections/project"
        page = self.browser.get(path)
        if "section" not in page.forms:
            raise WrongAnswerError(f"{path} was answered with {page.status}: {page.text}")
        form = page.forms["section"]
        form["title"] = title
        told.unanswered.append(title)
        fields = form.submit_fields("save")
        answer = self.browser.post(form.action, fields, {"HX-Request": "true"})
        if answer.status_int != 204:
            raise WrongAnswerError(f"saving {told.reference} was answered with {answer.status}")
        told.revision, told.title = int(answer.headers["Section-Revision"]), title
        told.unanswered.clear()
        self.saves += 1

    def _submit(self, told: Told) -> None:
        told.wanted += 1
        self._insist(lambda: self._submit_once(told))

    def _submit_once(self, told: Told) -> None:
        address = f"/proposals/{told.reference}"
        page = self.browser.get(f"{address}/submit")
        # What was submitted, though its answer never came, has no such page but a receipt.
        if page.status_int != 303 or not page.location.endswith(f"{address}/receipt"):
            self._press(told, "submit", "/receipt")
        told.submitted += 1

    def _take_back(self, told: Told) -> None:
        address = f"/proposals/{told.reference}"
        if f"{address}/reopen" in self.browser.get(address).text:
            self._press(told, "reopen", "")

    def _press(self, told: Told, action: str, leads_to: str) -> None:
        address = f"/proposals/{told.reference}"
        answer = self.browser.post(
            f"{address}/{action}", button(self.browser, told.reference, action)
        )
        if answer.status_int != 303 or not answer.location.endswith(address + leads_to):
            raise WrongAnswerError(
                f"{action} of {told.reference} was answered with {answer.status}"
            )


def button(browser: Browser, reference: str, action: str = "submit") -> list[tuple[str, str]]:
    """Read what the button of a proposal sends; submitting has a page of its own."""
    address = f"/proposals/{reference}"
    page = browser.get(f"{address}/submit" if action == "submit" else address)
    form = next(it for it in page.forms.values() if it.action.endswith(f"/{action}"))
    return list(form.submit_fields())


class _Stopped(Exception):  # noqa: N818  -- nothing went wrong
    pass

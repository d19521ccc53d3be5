"""Everything somebody can reach by links, form by form that only looks, byte by byte."""

from collections import deque
from dataclasses import dataclass, field

from webtest import TestApp, TestResponse

from grants.accounts.models import Person
from tests.support import world
from tests.support.offers import addresses

_NOT_HERE = ("/static/", "/language", "/dev/", "/sign-in", "/forgot", "/register", "/healthz")


@dataclass(frozen=True)
class Seen:
    """What the portal answered: everything that a browser could tell two answers apart by."""

    status: str
    headers: tuple[tuple[str, str], ...]
    body: bytes


@dataclass
class Crawl:
    """Goes to every page that somebody can reach, once."""

    browser: TestApp
    seen: dict[str, Seen] = field(default_factory=dict)
    answers: dict[str, TestResponse] = field(default_factory=dict)

    def go(self, *starts: str, most: int = 500) -> "Crawl":
        """Begin at these addresses and follow every link."""
        waiting = deque(starts)
        while waiting:
            address = waiting.popleft()
            if address in self.seen:
                continue
            assert len(self.seen) < most, f"There is no end to it: {address}"
            waiting.extend(it for it in self.look(address) if it not in self.seen)
        return self

    def look(self, address: str) -> list[str]:
        """Go to one address; give the links in the answer."""
        answer = self.browser.get(address, status="*")
        # By the server's own clock, which the tests do not set.
        headers = tuple(sorted(it for it in answer.headers.items() if it[0] != "Expires"))
        self.answers[address] = answer
        self.seen[address] = Seen(answer.status, headers, answer.body)
        return [it for it in addresses(answer, address) if not it.startswith(_NOT_HERE)]


def signed_in(app: object, person: Person | None) -> TestApp:
    """Give somebody's browser, which keeps every byte as it came."""
    browser = TestApp(app)
    if person is not None:
        form = browser.get("/sign-in").forms["sign_in"]
        form["email"], form["password"] = person.email, world.PASSWORD
        form.submit("sign_in", status=303)
    return browser


def differences(one, other) -> list[str]:
    """Name the first places in which two crawls differ, readably."""
    found = []
    for who in one:
        for address in sorted(one[who].keys() | other[who].keys()):
            here, there = one[who].get(address), other[who].get(address)
            if here != there:
                found.append(f"{who} at {address}: {_difference(here, there)}")
    return found


def _difference(here, there) -> str:
    if here is None or there is None:
        return f"reached in one world only ({(here or there).status})"
    if (here.status, here.headers) != (there.status, there.headers):
        both = set(here.headers) ^ set(there.headers)
        return f"{here.status} and {there.status}, {sorted(both)}"
    at = next(
        (n for n, (a, b) in enumerate(zip(here.body, there.body, strict=False)) if a != b),
        min(len(here.body), len(there.body)),
    )
    return f"{here.body[max(0, at - 80) : at + 80]!r} and {there.body[max(0, at - 80) : at + 80]!r}"

"""The pages and jobs that people wait for, who asks for them, and how quick they are to be."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle
from typing import Any

from tests.load.seeding import Seeding
from tests.load.wording import text
from tests.support.browsers import Browser

AUTOSAVE = {"HX-Request": "true"}

Ask = Callable[[Browser], None]
"""Asks once for what is measured; whatever goes before it is done before it is handed over."""


@dataclass(frozen=True, kw_only=True)
class Goal:
    """How much is too much, each in its unit."""

    cpu_ms: float | None = None
    wall_ms: float | None = None
    queries: int | None = 10


@dataclass(frozen=True, kw_only=True)
class Page:
    """Something that is measured; `who` is the person's name in the tests' world, or a stranger."""

    name: str
    who: str | None
    make: Callable[[Browser, Seeding], Ask]
    goal: Goal = Goal()
    times: int = 30


def get(*addresses: str) -> Callable[[Browser, Seeding], Ask]:
    """Ask for these addresses in turn."""
    return each(lambda _seeded: addresses)


def each(addresses: Callable[[Seeding], Sequence[str]]) -> Callable[[Browser, Seeding], Ask]:
    """Ask in turn for addresses that hang on what there is."""

    def make(_browser: Browser, seeded: Seeding) -> Ask:
        turn: Iterator[str] = cycle(addresses(seeded))
        return lambda browser: _get(browser, next(turn))

    return make


def _get(browser: Browser, address: str) -> None:
    browser.get(address, status="*")


def saving_a_section(browser: Browser, seeded: Seeding) -> Ask:
    """Type on in the longest section, saved as one types."""
    page = browser.get(f"/proposals/{seeded.drafts[0]}/sections/work", status="*")
    return _typing(page, "section", "objectives", 250)


def saving_a_review(browser: Browser, _seeded: Seeding) -> Ask:
    """Type on in a review, saved as one types."""
    page = browser.get(_reviews(browser)[0], status="*")
    return _typing(page, "review", "overall_comment", 100)


def _typing(page: Any, formid: str, name: str, words: int) -> Ask:
    if page.status_int != 200:
        return lambda browser: _get(browser, page.request.path)
    form = page.forms[formid]
    turn = iter(range(10**6))

    def save(_browser: Browser) -> None:
        form[name] = text(words, next(turn))
        form.submit("save", headers=AUTOSAVE, status="*")

    return save


def review_form(browser: Browser, _seeded: Seeding) -> Ask:
    """Open the reviews that are being written, in turn."""
    turn = cycle(_reviews(browser))
    return lambda asking: _get(asking, next(turn))


def _reviews(browser: Browser) -> list[str]:
    """Find the reviews that are to be done, which stand first."""
    listed = browser.get("/reviews").html.select('tbody a[href*="/reviews/"]')
    return list(dict.fromkeys(str(a["href"]).removeprefix("http://localhost") for a in listed))[:20]


def _of(kind: str, tail: str = "") -> Callable[[Browser, Seeding], Ask]:
    return each(lambda it: [f"/proposals/{reference}{tail}" for reference in getattr(it, kind)])


MANAGED = "/manage/calls/IUC-2019"
LIST = f"{MANAGED}/proposals"
DASHBOARD = Goal(cpu_ms=25)
PROPOSAL = Goal(cpu_ms=25)
PRINTED = Goal(wall_ms=150, queries=None)

PAGES: tuple[Page, ...] = (
    Page(name="Home", who=None, make=get("/")),
    Page(name="Calls", who=None, make=get("/calls")),
    Page(name="Call", who=None, make=get("/calls/IUC-2020")),
    Page(name="Awarded projects", who=None, make=get("/awards")),
    Page(
        name="Awarded project",
        who=None,
        make=each(lambda it: [f"/awards/{reference}" for reference in it.projects]),
    ),
    Page(name="Calendar", who=None, make=get("/calendar")),
    Page(name="Signed in, a page with nothing on it", who="helena", make=get("/accessibility")),
    Page(name="Dashboard, officer", who="lucia", make=get("/work"), goal=DASHBOARD),
    Page(name="Dashboard, reviewer", who="wei", make=get("/work"), goal=DASHBOARD),
    Page(name="Dashboard, manager", who="helena", make=get("/work"), goal=DASHBOARD),
    Page(name="Proposal, officer", who="lucia", make=_of("drafts"), goal=PROPOSAL),
    Page(
        name="Section's form",
        who="lucia",
        make=each(lambda it: [f"/proposals/{r}/sections/work" for r in it.drafts]),
    ),
    Page(name="Saving a section", who="lucia", make=saving_a_section, goal=Goal(cpu_ms=20)),
    Page(name="Proposal's preview", who="lucia", make=_of("drafts", "/preview")),
    Page(name="Reviews, reviewer", who="wei", make=get("/reviews")),
    Page(name="Review's form", who="wei", make=review_form, goal=Goal(cpu_ms=25)),
    Page(name="Saving a review", who="wei", make=saving_a_review, goal=Goal(cpu_ms=20)),
    Page(name="List of 60, page 1", who="helena", make=get(LIST), goal=Goal(cpu_ms=40)),
    Page(name="List of 60, page 5", who="helena", make=get(f"{LIST}?page=5"), goal=Goal(cpu_ms=40)),
    Page(
        name="List of 60, searched",
        who="helena",
        make=get(f"{LIST}?q=lodz+mobility", f"{LIST}?q=granada"),
        goal=Goal(cpu_ms=40),
    ),
    Page(
        name="CSV of all",
        who="helena",
        make=get(f"{MANAGED}/proposals.csv"),
        goal=Goal(wall_ms=1000),
        times=10,
    ),
    Page(name="Proposal, manager", who="helena", make=_of("references"), goal=PROPOSAL),
    Page(name="Eligibility check", who="helena", make=_of("unchecked", "/check")),
    Page(name="Stage", who="helena", make=get("/manage/calls/IUC-2019-B/stage")),
    Page(
        name="Matrix of assignments",
        who="helena",
        make=get("/manage/calls/IUC-2019-B/assign/matrix"),
        goal=Goal(cpu_ms=40),
    ),
    Page(name="Ranking", who="helena", make=get(f"{MANAGED}/ranking"), times=10),
    Page(name="Letters", who="helena", make=get(f"{MANAGED}/decisions"), times=10),
    Page(name="Ledger", who="helena", make=get("/manage/funds/IUC-ASIA/ledger")),
    Page(
        name="Project",
        who="helena",
        make=each(lambda it: [f"/projects/{reference}" for reference in it.projects]),
    ),
    Page(
        name="Proposal as PDF",
        who="helena",
        make=_of("references", "/proposal.pdf"),
        goal=PRINTED,
        times=15,
    ),
    Page(
        name="Receipt as PDF, new",
        who="helena",
        make=_of("references", "/receipt.pdf"),
        goal=Goal(queries=None),
        times=15,
    ),
    Page(
        name="Letter as PDF, new",
        who="helena",
        make=_of("references", "/letter.pdf"),
        goal=Goal(queries=None),
        times=15,
    ),
)

REPORT = f"{MANAGED}/award-report.pdf"

"""A list shows a page of what there is, and reads no more of the rest.

The same portal at two sizes, both larger than a page of any list: how often the database is
asked, and how many rows it hands over, hang on what the page shows and on nothing behind it.
"""

import re
import sqlite3
from collections.abc import Iterator
from typing import Any, NamedTuple

import psycopg
import pytest
import sqlalchemy as sa

from grants.accounts.models import Person
from grants.evaluation.models import Assignment, RankingPlace
from grants.rules.workflow import AssignmentStatus
from tests.load.bench import SeededPortal
from tests.load.seeding import Size
from tests.support.seeded import seeded_portal

pytestmark = pytest.mark.slow

DONE = (AssignmentStatus.SUBMITTED, AssignmentStatus.LOCKED)

FEW, MANY = 130, 600

LIST = "/manage/calls/IUC-2019/proposals"
LETTERS = "/manage/calls/IUC-2019/decisions"
RANKING = "/manage/calls/IUC-2019/ranking"
ORGANISATIONS = "/manage/funds/IUC-ASIA/organisations"
PAGES = {
    "list of proposals": ("helena", LIST),
    "list of proposals, page 2": ("helena", f"{LIST}?page=2"),
    "list of proposals, by organisation": ("helena", f"{LIST}?order=organisation"),
    "list of proposals, searched": ("helena", f"{LIST}?q=2019"),
    "list of proposals, auditor": ("olga", LIST),
    "letters": ("helena", LETTERS),
    "letters, page 2": ("helena", f"{LETTERS}?page=2"),
    "ledger": ("helena", "/manage/funds/IUC-ASIA/ledger"),
    "ledger, page 5": ("helena", "/manage/funds/IUC-ASIA/ledger?page=5"),
    "reviews": ("wei", "/reviews"),
    "reviews, page 2": ("wei", "/reviews?page=2"),
    "work, reviewer": ("wei", "/work"),
    "work, manager": ("helena", "/work"),
    "organisations": ("helena", ORGANISATIONS),
    "organisations, page 2": ("helena", f"{ORGANISATIONS}?page=2"),
    "organisations, found": ("helena", f"{ORGANISATIONS}?q=body"),
    "fund": ("helena", "/manage/funds/IUC-ASIA"),
    "conflicts": ("helena", "/manage/calls/IUC-2019-B/interests"),
    "calls": (None, "/calls"),
}

BY_ALL = {
    # The reserve list is due what is free: where each proposal stands is added up, in one query.
    "ranking": ("helena", RANKING, 1),
    "ranking, page 2": ("helena", f"{RANKING}?page=2", 1),
    # Charts count what came how far, in one query.
    "call, manager": ("helena", "/manage/calls/IUC-2019", 1.2),
    # Who lacks reviewers most comes first: each proposal of the stage is counted.
    "stage": ("helena", "/manage/calls/IUC-2019-B/stage", 4.2),
}
"""Pages that still read something of every proposal, and how many rows for each at most."""


def size(rows: int) -> Size:
    """Give everything that is listed somewhere more than a page of it."""
    return Size(
        proposals=rows,
        organisations=rows,
        reviewers=max(3, rows // 10),
        awards=rows - 20,
        in_review=rows,
        unchecked=rows // 5,
        drafts=rows // 5,
        events=rows,
        pairings=rows,
        deliverables=3,
        members=rows // 5,
    )


class Read:
    """How many rows the drivers have handed over, and what SQLite did to find them."""

    rows = 0
    steps = 0
    """Hundreds of instructions of SQLite's machine: its work, whatever the machine below does."""


def _counting(cursor: type[Any]) -> type[Any]:
    class Counting(cursor):  # type: ignore[misc]
        def fetchone(self) -> Any:
            found = super().fetchone()
            Read.rows += found is not None
            return found

        def fetchmany(self, *given: Any) -> Any:
            found = super().fetchmany(*given)
            Read.rows += len(found)
            return found

        def fetchall(self) -> Any:
            found = super().fetchall()
            Read.rows += len(found)
            return found

    return Counting


_SQLite = _counting(sqlite3.Cursor)
_PostgreSQL = _counting(psycopg.Cursor)


def _step() -> int:
    Read.steps += 1
    return 0


class _Connection(sqlite3.Connection):
    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.set_progress_handler(_step, 100)

    def cursor(self, *_given: Any) -> Any:
        return super().cursor(_SQLite)


def _count(dialect: Any, _record: Any, _given: Any, named: dict[str, Any]) -> None:
    how = {"factory": _Connection} if dialect.name == "sqlite" else {"cursor_factory": _PostgreSQL}
    named.update(how)


def _watched(engine: sa.Engine) -> None:
    sa.event.listen(engine, "do_connect", _count)


@pytest.fixture(scope="module")
def portals(
    database_kind, make_database, template_of, tmp_path_factory, the_app
) -> Iterator[dict[int, SeededPortal]]:
    """Two portals that differ in how much is in them, filled in bulk."""
    made = {}
    for rows in (FEW, MANY):
        files = tmp_path_factory.mktemp("files")
        url = make_database(database_kind, template=template_of(database_kind))
        made[rows] = seeded_portal(the_app, url, files, size(rows), watch=_watched)
    yield made
    for seeded in made.values():
        seeded.portal.engine.dispose()


@pytest.fixture(scope="module")
def browsers(portals) -> dict:
    """Whoever is signed in already, in these portals."""
    return {}


class Cost(NamedTuple):
    """What a page costs: rows it shows, queries, rows read, and SQLite's work to find them."""

    shown: int
    asked: int
    read: int
    steps: int


def cost(seeded: SeededPortal, browser, address: str) -> Cost:
    """Count what a page costs once what a process keeps is there."""
    for _ in range(2):
        Read.rows = Read.steps = 0
        answer = browser.get(address.format(**seeded.seeded.names), status="*")
    assert answer.status_int == 200, f"{address}: {answer.status}"
    cost = seeded.metered.costs[-1]
    return Cost(cost.rows, cost.queries, Read.rows, Read.steps)


@pytest.fixture
def costs(portals, browsers):
    """What an address costs at both sizes, the smaller first."""

    def of(who: str | None, address: str) -> list[Cost]:
        found = []
        for rows, seeded in portals.items():
            if (rows, who) not in browsers:
                browsers[rows, who] = seeded.browser(who)
            found.append(cost(seeded, browsers[rows, who], address))
        return found

    return of


@pytest.mark.parametrize("page", PAGES)
def test_what_is_not_shown_is_not_read(costs, page):
    few, many = costs(*PAGES[page])

    assert many.shown == few.shown
    assert many.asked == few.asked
    assert many.read <= few.read + 5
    assert many.steps <= few.steps * MANY / FEW + 20  # what is counted is looked at, but once


@pytest.mark.parametrize("page", BY_ALL)
def test_what_is_added_up_over_all_is_read_once(costs, page):
    *asked_for, most = BY_ALL[page]
    few, many = costs(*asked_for)

    assert many.asked == few.asked
    assert many.read - few.read <= most * (MANY - FEW) + 5
    assert many.steps <= few.steps * MANY / FEW + 20


def test_the_ledger_is_read_by_its_indexes(portals, costs, database_kind):
    if database_kind != "sqlite":
        pytest.skip("SQLite says how it will look; what it counts there holds for both")
    engine = portals[MANY].portal.engine
    asked: list[tuple[str, Any]] = []

    @sa.event.listens_for(engine, "before_cursor_execute")
    def note(_connection, _cursor, statement, given, *_more):
        asked.append((statement, given))

    costs(*PAGES["ledger"])
    sa.event.remove(engine, "before_cursor_execute", note)
    with engine.connect() as connection:
        connection.exec_driver_sql("ANALYZE")  # knowing how much there is, it may choose otherwise
        plans = [
            step[3]
            for statement, given in asked
            if "FROM ledger_entry" in statement and "WHERE" in statement  # the head is the last
            for step in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", given)
        ]

    assert plans
    assert not [step for step in plans if step.startswith("SCAN ledger_entry")]


def listed(browser, address: str, pattern: str) -> list[list[str]]:
    """Read what each page of a list names, as often as its pager leads on, in its order."""
    pages: list[list[str]] = []
    onward: object = True
    while onward:
        page = browser.get(f"{address}?page={len(pages) + 1}").html
        rows = (str(row) for row in page.select("main table tbody tr"))
        found = [match[1] for row in rows if (match := re.search(pattern, row))]
        pages.append(list(dict.fromkeys(found)))
        onward = page.select_one(f'.pager a[href$="page={len(pages) + 1}"]')
    return pages


def test_no_place_of_a_ranking_is_lost_between_its_pages(portals, browsers, costs):
    costs("helena", RANKING)
    with portals[FEW].portal.sessions() as session:
        order = session.scalars(sa.select(RankingPlace.reference).order_by(RankingPlace.position))
        ranked = list(order)

    pages = listed(browsers[FEW, "helena"], RANKING, r"(IUC-2019-\d+)")

    assert [len(page) for page in pages] == [60, 60, 10]
    assert [reference for page in pages for reference in page] == ranked


def test_no_decision_is_lost_between_the_pages_of_letters(portals, browsers, costs):
    costs("helena", LETTERS)
    decided = sorted(portals[FEW].seeded.references)

    pages = listed(browsers[FEW, "helena"], LETTERS, r"/proposals/(IUC-2019-\d+)")

    found = [[it for it in page if it in decided] for page in pages]
    assert [reference for page in found for reference in page] == decided
    assert max(len(page) for page in found) == 60


def test_no_review_is_lost_between_the_pages_of_a_reviewer(portals, browsers, costs):
    costs("wei", "/reviews")
    with portals[FEW].portal.sessions() as session:
        wei = session.scalars(sa.select(Person).where(Person.email == "wei@example.org")).one()
        mine = select_reviews(wei)
        owed = {str(it.id) for it in session.scalars(mine) if it.status not in DONE}
        everything = {str(it.id) for it in session.scalars(mine)}

    pages = listed(browsers[FEW, "wei"], "/reviews", r"/reviews/(\d+)\"")

    found = [number for page in pages for number in page]
    assert len(found) == len(set(found))
    assert set(found) == everything
    assert set(found[: len(owed)]) == owed
    assert len(pages) > 2


def select_reviews(person: Person) -> sa.Select[Assignment]:
    """Select the reviews of somebody."""
    return sa.select(Assignment).where(Assignment.reviewer_id == person.id)

"""Measure the pages and jobs that people wait for: `python -m tests.load.bench`.

On each database: 500 proposals under one call with three reviews each, ranked
and awarded; people sign in as they do, and their pages are asked for through
the whole application, in this process. Then the same at 10,000: a page that
shows as many rows must cost as much. Each page is also said as a multiple of a
floor that is measured in the same run, since machines differ. `--write` keeps
the figures in docs/performance.md.
"""

import argparse
import importlib.metadata
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path

import sqlalchemy as sa

from grants.app import main as make_app
from grants.kit.database.tables import Base
from grants.kit.settings import parse
from grants.portal import Portal
from tests.conftest import SETTINGS
from tests.load import analysing, assigning, floor
from tests.load.growth import growth, markdown
from tests.load.measuring import Cost, Costs, Metered
from tests.load.pages import PAGES, REPORT, Goal, Page
from tests.load.seeding import NOW, Seeding, Size
from tests.support import databases, world
from tests.support.browsers import Browser
from tests.support.clock import Clock

ROOT = Path(__file__).parents[2]
NOTE = ROOT / "docs" / "performance.md"
WARM = 3
PLAIN_LIST = "A plain list of 60"
REPORT_GOAL = Goal(wall_ms=10_000, queries=None)
REPORT_MB = 300
ASSIGNMENTS = "Planning 400 proposals, 60 reviewers, 3 reviews each"
ANALYSES: tuple[tuple[str, Callable[[], Cost], Goal], ...] = (
    (
        "Ranking 10,000 proposals, 5 criteria, 3 reviews each",
        lambda: analysing.ranked(10_000),
        Goal(wall_ms=1000, queries=None),
    ),
    (
        "Leaving out each of 60 reviewers of 400 proposals",
        lambda: analysing.left_out(400, 60),
        Goal(wall_ms=2000, queries=None),
    ),
    (
        "What-if of 400 proposals",
        lambda: analysing.asked_what_if(400),
        Goal(cpu_ms=60, queries=None),
    ),
)
HEAD = ("Page or job", "p50 ms", "p95 ms", "CPU ms", "plain lists", "queries", "kB", "goal", "")
FLOOR_TIMES = 60


@dataclass(frozen=True)
class Line:
    """A line of the table."""

    name: str
    costs: Costs | None
    goal: Goal
    peak_mb: int | None = None

    @property
    def goals(self) -> list[tuple[str, bool]]:
        """Say each goal, and whether it is met."""
        it, goal = self.costs, self.goal
        if it is None:
            return []
        said = [
            (f"CPU < {goal.cpu_ms} ms", goal.cpu_ms is None or it.cpu_ms < goal.cpu_ms),
            (f"p50 < {goal.wall_ms} ms", goal.wall_ms is None or it.p50_ms < goal.wall_ms),
            (f"≤ {goal.queries} queries", goal.queries is None or it.queries <= goal.queries),
            (f"< {REPORT_MB} MB", self.peak_mb is None or self.peak_mb < REPORT_MB),
        ]
        asked = (goal.cpu_ms, goal.wall_ms, goal.queries, self.peak_mb)
        return [each for each, limit in zip(said, asked, strict=True) if limit is not None]

    def cells(self) -> tuple[str, ...]:
        """Write the line's figures."""
        it = self.costs
        if it is None:
            return (self.name, *("–",) * 6, "", "not there")
        peak = f" ({self.peak_mb} MB)" if self.peak_mb else ""
        missed = [said for said, met in self.goals if not met]
        verdict = "" if not self.goals else f"NOT met: {', '.join(missed)}" if missed else "met"
        return (
            self.name + peak,
            f"{it.p50_ms:.1f}",
            f"{it.p95_ms:.1f}",
            f"{it.cpu_ms:.1f}",
            f"{it.plain_lists:.1f}",
            str(it.queries),
            f"{it.bytes / 1024:.0f}",
            ", ".join(said for said, _met in self.goals),
            verdict,
        )


class Floor:
    """An empty view and a plain list in this stack, asked for one by one."""

    def __init__(self, metered: Metered) -> None:
        self._browser, self._metered = Browser(metered, lint=False), metered

    def empty(self) -> Cost:
        """Ask for what has nothing in it."""
        return self._ask("/empty")

    def list(self) -> Cost:
        """Ask for sixty rows."""
        return self._ask("/list")

    def _ask(self, address: str) -> Cost:
        self._browser.get(address)
        return self._metered.costs.pop()


@dataclass(frozen=True)
class SeededPortal:
    """A portal in this process, seeded, and metered."""

    portal: Portal
    metered: Metered
    seeded: Seeding

    @cached_property
    def floor(self) -> Floor:
        """What is beneath every page, over the same database."""
        return Floor(Metered(floor.make(self.portal), self.portal.engine))

    def browser(self, who: str | None) -> Browser:
        """Sign somebody in, in a browser of their own."""
        browser = Browser(self.metered, lint=False)
        if who:
            form = browser.get("/sign-in").forms["sign_in"]
            form["email"], form["password"] = f"{who}@example.org", world.PASSWORD
            form.submit("sign_in", status=303)
        return browser

    def measure(self, page: Page, browser: Browser) -> Line:
        """Ask for a page some times, after a few that warm everything up.

        Between each two a plain list: a machine that slows down meanwhile slows both.
        """
        ask = page.make(browser, self.seeded)
        for _ in range(WARM):
            ask(browser)
        self.metered.costs.clear()
        plain = []
        for _ in range(page.times):
            plain.append(self.floor.list())
            ask(browser)
        floor_ms = statistics.median(it.cpu_ms for it in plain)
        costs = list(self.metered.costs)
        strange = {cost.status for cost in costs} - {200, 204}
        if strange == {404}:
            return Line(page.name, None, page.goal)
        if strange:
            raise AssertionError(f"{page.name} answered {sorted(strange)}")
        return Line(page.name, Costs(costs, floor_ms), page.goal)


def settings_of(url: str, folder: Path) -> dict[str, str]:
    """Say how the measured portal is set up: as in production but for where things are."""
    return SETTINGS | {
        "sqlalchemy.url": url,
        "storage.url": f"file://{folder}/files",
        "portal.development": "true",
    }


@contextmanager
def seeded_portal(url: str, folder: Path, size: Size) -> Iterator[SeededPortal]:
    """Set a portal up and fill it."""
    settings, clock = settings_of(url, folder), Clock(NOW)
    portal = Portal(parse(settings), clock)
    Base.metadata.create_all(portal.engine)
    with portal.sessions() as session:
        seeded = Seeding(session, portal.storage, size).seed()
    with portal.engine.begin() as connection:
        connection.execute(sa.text("ANALYZE"))  # both learn it by themselves in operation
    app = make_app(None, clock=clock, **settings)
    running: Portal = app.registry["portal"]
    yield SeededPortal(portal, Metered(app, running.engine), seeded)
    running.engine.dispose()
    portal.engine.dispose()


def measured(seeded_portal: SeededPortal, only: str) -> Iterator[Line]:
    """Measure all pages."""
    browsers: dict[str | None, Browser] = {}
    for page in PAGES:
        if only.lower() not in page.name.lower():
            continue
        if page.who not in browsers:
            browsers[page.who] = seeded_portal.browser(page.who)
        yield seeded_portal.measure(page, browsers[page.who])


def assignments(floor_ms: float) -> Line:
    """Plan the assignments of a large call, as nobody waits for longer than a page."""
    costs = [assigning.planned(400, 60) for _ in range(WARM + 3)][WARM:]
    return Line(ASSIGNMENTS, Costs(costs, floor_ms), Goal(wall_ms=1000, queries=None))


def analyses(floor_ms: float, only: str) -> Iterator[Line]:
    """Rank a large call, and look at a ranking from other sides."""
    for name, work, goal in ANALYSES:
        if only.lower() in name.lower():
            yield Line(name, Costs([work() for _ in range(WARM + 3)][WARM:], floor_ms), goal)


def report(url: str, folder: Path, floor_ms: float, rows: int) -> Line:
    """Have a process of its own make the award report, and see how large it grows."""
    command = [sys.executable, "-W", "ignore", "-m", "tests.load.report", url, str(folder), REPORT]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    told = json.loads(done.stdout.splitlines()[-1])
    name = "Award report of all, as PDF"
    if told["status"] != 200:
        return Line(name, None, REPORT_GOAL)
    return Line(
        name, Costs([replace(told_cost(told), rows=rows)], floor_ms), REPORT_GOAL, told["peak_mb"]
    )


def told_cost(told: dict[str, float]) -> Cost:
    """Read what another process measured."""
    return Cost(**{name: told[name] for name in Cost.__dataclass_fields__})


def table(lines: list[Line]) -> list[str]:
    """Write the figures of one size; the floor's lines come first."""
    return markdown(HEAD, [line.cells() for line in lines], figures=range(1, 7))


def main() -> int:
    """Measure on both databases and print what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", choices=databases.KINDS, action="append")
    parser.add_argument("--proposals", type=int, default=500)
    parser.add_argument("--grown", type=int, default=10_000, help="0 leaves the second size out")
    parser.add_argument("--only", default="", help="pages with this in their name")
    parser.add_argument("--write", action="store_true", help=f"keep the figures in {NOTE.name}")
    asked = parser.parse_args()
    sizes = [asked.proposals, *([asked.grown] if asked.grown else [])]
    tables: dict[str, list[str]] = {}
    for kind in asked.database or databases.KINDS:
        small, *grown = [run(kind, replace(Size(), proposals=it), asked.only) for it in sizes]
        tables[kind] = table(small)
        if grown:
            tables[f"{kind}, from {sizes[0]} proposals to {sizes[1]}"] = growth(
                [(it.name, it.costs) for it in small], {it.name: it.costs for it in grown[0]}
            )
        for name in tables:
            if name.startswith(kind):
                print(f"\n{name}\n", *tables[name], sep="\n", flush=True)
    if asked.write:
        NOTE.write_text(note(tables, replace(Size(), proposals=asked.proposals)))
    return 0


def run(kind: str, size: Size, only: str) -> list[Line]:
    """Measure on one database."""
    with tempfile.TemporaryDirectory(prefix="grants-bench-") as name:
        folder = Path(name)
        if kind == "sqlite":
            return _run(databases.make_sqlite(folder / "bench.sqlite"), folder, size, only)
        with databases.postgresql_server(durable=True) as server:
            url = databases.make_postgresql(server, f"grants_bench_{os.getpid()}")
            return _run(url, folder, size, only)


def _run(url: str, folder: Path, size: Size, only: str) -> list[Line]:
    with seeded_portal(url, folder, size) as it:
        lines = [*floors(it), *measured(it, only)]
    floor_ms = next(it.costs.floor_ms for it in lines if it.costs)
    lines += [assignments(floor_ms)] if only.lower() in ASSIGNMENTS.lower() else []
    lines += analyses(floor_ms, only)
    if only.lower() not in "award report":
        return lines
    return [*lines, report(url, folder, floor_ms, rows=size.proposals)]


def floors(seeded_portal: SeededPortal) -> list[Line]:
    """Measure what nothing at all costs, and a plain list of sixty rows in this stack."""
    asked = {"An empty view": seeded_portal.floor.empty, PLAIN_LIST: seeded_portal.floor.list}
    found = {name: [ask() for _ in range(WARM + FLOOR_TIMES)][WARM:] for name, ask in asked.items()}
    floor_ms = statistics.median(it.cpu_ms for it in found[PLAIN_LIST])
    return [Line(name, Costs(it, floor_ms), Goal(queries=None)) for name, it in found.items()]


def note(tables: dict[str, list[str]], size: Size) -> str:
    """Write the figures down, with what they were measured on."""
    versions = ", ".join(
        f"{name} {importlib.metadata.version(name)}"
        for name in ("Pyramid", "SQLAlchemy", "reportlab", "psycopg")
    )
    parts = [
        "# How quick it is",
        "",
        f"`make bench`, {date.today():%d %B %Y}, {os.cpu_count()} cores ({platform.machine()}), "
        f"Python {platform.python_version()}, {versions}.",
        "",
        f"{size.proposals} proposals under one call with 3 reviews each, {size.reviewers} "
        f"reviewers, {size.organisations} organisations, {size.awards} awarded projects. "
        "People sign in, and each page is asked for through the whole application in one process; "
        "times are of the application alone, without the network. CPU is the processor's time of "
        "this process at the median; SQLite's work is in it, the PostgreSQL server's is not. Both "
        "databases wait for the disk at each commit. `plain lists` says the processor's time as a "
        "multiple of a plain list of 60 rows in this stack, asked for between each two requests of "
        "a page: machines differ, and slow down meanwhile; multiples hardly do. Growth is of these "
        "multiples, beside the rows that a page shows.",
    ]
    for kind, lines in tables.items():
        parts += ["", f"## {kind}", "", *lines]
    return "\n".join(parts) + "\n"


if __name__ == "__main__":
    sys.exit(main())

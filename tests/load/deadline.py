"""Submit two seconds before the deadline while two hundred people sign in, on both servers.

`python -m tests.load.deadline --runs 20` sets a deadline in each run, has everybody sign in at
once shortly before it, submits proposals among them, and one more when it has passed. All that
was sent before the deadline must be taken, and nothing that was sent after it. It asks nobody but
this machine's own loopback address, and ends by itself.
"""

import argparse
import asyncio
import os
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

from grants.calls.models import Call
from grants.cli import migrate
from grants.kit import settings
from grants.portal import Portal
from tests.load.kill import prepare
from tests.load.processes import Processes
from tests.load.visitor import Browser, button
from tests.support import databases, world

SERVERS = {"waitress": "sqlite", "gunicorn": "postgresql"}
"""Each on the database with which it is meant to be run."""
EARLY = 2.0
"""Seconds before the deadline at which proposals are submitted."""
AT_ONCE = 4
"""Proposals submitted in a run, one by each city."""
PATIENCE = 120.0


@dataclass(frozen=True)
class Answer:
    """What came back, and when: seconds since 1970. Status 0: nothing came."""

    status: int
    location: str
    sent: float
    came: float


@dataclass
class Figures:
    """What came of all runs."""

    taken: int = 0
    refused: int = 0
    """Sent before the deadline, and not taken: must be none."""
    untimely: int = 0
    """Sent too late by this program, on a machine that is busy: neither right nor wrong."""
    late_taken: int = 0
    """Sent after the deadline, and taken: must be none."""
    waits: list[float] = field(default_factory=list)
    """Seconds until a submission was answered."""
    past: int = 0
    """Taken although they were answered after the deadline: they had waited."""
    sign_ins: Counter[int] = field(default_factory=Counter)
    sign_in_waits: list[float] = field(default_factory=list)

    @property
    def good(self) -> bool:
        """Whether each was answered as its moment demands."""
        return self.taken > 0 and not self.refused and not self.late_taken

    def lines(self) -> Iterator[str]:
        """Say it."""
        yield f"submissions taken {self.taken}, of these answered after the deadline {self.past}"
        yield f"refused although sent before it {self.refused}, taken after it {self.late_taken}"
        yield f"sent too late by the test itself {self.untimely}"
        yield f"a submission's answer: {_spread(self.waits)}"
        statuses = ", ".join(f"{number} x {status}" for status, number in self.sign_ins.items())
        yield f"sign-ins: {statuses}; {_spread(self.sign_in_waits)}"
        yield "none refused that was sent before the deadline" if self.good else "NOT good"


@dataclass
class Evening:
    """A portal on the evening of a deadline."""

    portal: Portal
    processes: Processes
    drafts: dict[str, list[str]]
    sign_ins: int
    figures: Figures = field(default_factory=Figures)

    def run(self, runs: int) -> Figures:
        """Let the deadline come so many times."""
        self.processes.start()
        try:
            browsers = {email: self._signed_in(email) for email in self.drafts}
            for number in range(runs):
                self._set_deadline(timedelta(days=1))
                mine = {email: drafts[number] for email, drafts in self.drafts.items()}
                late = {email: drafts[-1] for email, drafts in self.drafts.items()}
                asyncio.run(self._once(browsers, mine, late))
                print(f"run {number + 1} of {runs}:", *self.figures.lines(), sep="\n  ", flush=True)
        finally:
            self.processes.kill()
        return self.figures

    def _signed_in(self, email: str) -> Browser:
        browser = Browser(self.processes.port)
        browser.sign_in(email)
        return browser

    def _set_deadline(self, ahead: timedelta) -> float:
        at = datetime.now(UTC) + ahead
        with self.portal.writing() as services:
            services.db.query(Call).update({Call.closes_at: at})
        return at.timestamp()

    async def _once(
        self, browsers: dict[str, Browser], mine: dict[str, str], late: dict[str, str]
    ) -> None:
        signing_in = self._signing_in()
        submitting = [self._submitting(browsers[email], mine[email]) for email in mine]
        email, reference = next(iter(late.items()))
        too_late = self._submitting(browsers[email], reference)
        deadline = self._set_deadline(timedelta(seconds=EARLY + 2))

        await asyncio.sleep(max(0.0, deadline - EARLY - 0.3 - time.time()))
        door = [asyncio.create_task(self._ask(signing_in)) for _ in range(self.sign_ins)]
        await asyncio.sleep(max(0.0, deadline - EARLY - time.time()))
        sent = [asyncio.create_task(self._ask(request)) for request in submitting]
        await asyncio.sleep(max(0.0, deadline + 0.2 - time.time()))
        self.figures.late_taken += _is_taken(await self._ask(too_late))
        for task in sent:
            self._note(await task, deadline)
        for task in door:
            answer = await task
            self.figures.sign_ins[answer.status] += 1
            self.figures.sign_in_waits.append(answer.came - answer.sent)

    def _note(self, answer: Answer, deadline: float) -> None:
        if answer.sent >= deadline:
            self.figures.untimely += 1
            return
        self.figures.waits.append(answer.came - answer.sent)
        self.figures.taken += _is_taken(answer)
        self.figures.refused += not _is_taken(answer)
        self.figures.past += answer.came >= deadline

    def _signing_in(self) -> bytes:
        """Write what a reviewer's browser sends at the door."""
        browser = Browser(self.processes.port)
        form = browser.get("/sign-in").forms["sign_in"]
        form["email"], form["password"] = "wei@example.org", world.PASSWORD
        return self._request("/sign-in", form.submit_fields("sign_in"), browser.cookies)

    def _submitting(self, browser: Browser, reference: str) -> bytes:
        path = f"/proposals/{reference}/submit"
        return self._request(path, button(browser, reference), browser.cookies)

    def _request(self, path: str, fields: list[tuple[str, str]], cookies: dict[str, str]) -> bytes:
        body = urlencode(fields)
        head = (
            f"POST {path} HTTP/1.1",
            f"Host: 127.0.0.1:{self.processes.port}",
            "Content-Type: application/x-www-form-urlencoded",
            f"Content-Length: {len(body)}",
            f"Cookie: {'; '.join(f'{name}={value}' for name, value in cookies.items())}",
            "Connection: close",
        )
        return "\r\n".join([*head, "", body]).encode()

    async def _ask(self, request: bytes) -> Answer:
        begun = time.time()
        try:
            return await self._answered(request)
        except (TimeoutError, OSError):
            return Answer(0, "", begun, time.time())

    async def _answered(self, request: bytes) -> Answer:
        async with asyncio.timeout(PATIENCE):
            reading, writing = await asyncio.open_connection("127.0.0.1", self.processes.port)
            writing.write(request)
            await writing.drain()
            sent = time.time()
            answer = await reading.read()
            writing.close()
        lines = answer.partition(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")
        found = [line.split(": ", 1)[1] for line in lines if line.lower().startswith("location: ")]
        return Answer(int(lines[0].split()[1]), "".join(found), sent, time.time())


def _is_taken(answer: Answer) -> bool:
    return answer.status == 303 and answer.location.endswith("/receipt")


def _spread(seconds: list[float]) -> str:
    ordered = sorted(seconds)
    last = ordered[min(len(ordered) - 1, int(0.99 * len(ordered)))]
    return f"p50 {statistics.median(ordered) * 1000:.0f} ms, p99 {last * 1000:.0f} ms"


def run(server: str, *, runs: int, sign_ins: int) -> Figures:
    """Go through it on one server, with its database."""
    with tempfile.TemporaryDirectory(prefix="grants-deadline-") as name:
        folder = Path(name)
        if SERVERS[server] == "sqlite":
            url = databases.make_sqlite(folder / "deadline.sqlite")
            return _run(server, url, folder, "embedded", runs=runs, sign_ins=sign_ins)
        with databases.postgresql_server() as cluster:
            url = databases.make_postgresql(cluster, f"grants_deadline_{os.getpid()}")
            return _run(server, url, folder, "procrastinate", runs=runs, sign_ins=sign_ins)


def _run(server: str, url: str, folder: Path, backend: str, *, runs: int, sign_ins: int) -> Figures:
    processes = Processes(url, folder, backend, server=server)
    read = settings.load(processes.ini)
    migrate.upgrade(read)
    portal = Portal(read)
    try:
        drafts = prepare(portal, drafts=runs + 1)
        return Evening(portal, processes, drafts, sign_ins).run(runs)
    finally:
        portal.engine.dispose()


def main() -> int:
    """Let it be evening as often as asked, and say what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--sign-ins", type=int, default=200)
    parser.add_argument("--server", choices=list(SERVERS), action="append")
    asked = parser.parse_args()
    good = True
    for server in asked.server or SERVERS:
        figures = run(server, runs=min(asked.runs, 100), sign_ins=min(asked.sign_ins, 500))
        print(f"\n{server}, {SERVERS[server]}", *figures.lines(), sep="\n  ", flush=True)
        good = good and figures.good
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())

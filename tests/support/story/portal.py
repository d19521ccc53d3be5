"""The portal of the story: server and worker, as people start them, with the demonstration."""

import json
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from grants import cli
from grants.demo.load import definition
from grants.kit import settings
from grants.kit.clock import now
from grants.kit.jobs import queue_health
from grants.portal import Portal
from tests.load.processes import Processes
from tests.support.story import texts

RUNNING = os.environ.get("GRANTS_STORY")
"""The configuration of a portal that runs already, as `make run` starts it; else one is started."""
PATIENCE = 120
"""Seconds within which the worker has done what was asked of it."""


@dataclass
class Running:
    """A portal that runs, seen from outside."""

    ini: str
    portal: Portal
    read: dict[Path, EmailMessage] = field(default_factory=dict)
    """Letters that were opened before."""

    @property
    def address(self) -> str:
        """Where it answers."""
        return self.portal.settings.portal_url

    def command(self, *words: str | Path) -> int:
        """Run one of the portal's commands; give its exit code."""
        name, *more = map(str, words)
        return cli.main([name, self.ini, *more])

    def letters(self, to: str) -> Sequence[EmailMessage]:
        """List all letters to somebody, the newest last, once the worker has sent what waits."""
        deadline = time.monotonic() + PATIENCE
        while self._busy():
            assert time.monotonic() < deadline, "the worker does not get its work done"
            time.sleep(0.05)
        for path in Path(self.portal.settings.mail_url.removeprefix("folder://")).glob("*.eml"):
            if path not in self.read:
                self.read[path] = message_from_bytes(path.read_bytes(), policy=policy.default)
        found = [letter for letter in self.read.values() if to in letter["To"]]
        return sorted(found, key=lambda letter: letter["Date"].datetime)

    def _moment(self) -> datetime:
        """Tell until when the worker has jobs to do: procrastinate goes by the database's clock."""
        embedded = self.portal.settings.jobs.backend == "embedded"
        return self.portal.clock() if embedded else now()

    def _busy(self) -> bool:
        with self.portal.sessions() as session:
            health = queue_health(session, at=self._moment())
        assert not health.failed, "a job was given up"
        return bool(health.waiting or health.running)


@contextmanager
def running(url: str, folder: Path) -> Iterator[Running]:
    """Use the portal that runs already, or start one on a database; keep the story's form in it."""
    if RUNNING:
        yield from _opened(RUNNING, folder)
        return
    backend = "embedded" if url.startswith("sqlite") else "procrastinate"
    processes = Processes(url, folder, backend, demonstration=True)
    try:
        processes.start()
        yield from _opened(str(processes.ini), folder)
    finally:
        processes.kill()


def _opened(ini: str, folder: Path) -> Iterator[Running]:
    portal = Portal(settings.load(ini))
    it = Running(ini, portal)
    form = definition(date(texts.YEAR, 1, 1), date(texts.YEAR + 1, 12, 31))
    file = folder / "form.json"
    file.write_text(json.dumps(form.to_json()), encoding="utf-8")
    assert it.command("form", texts.CODE.lower(), file) == 0
    try:
        yield it
    finally:
        portal.engine.dispose()

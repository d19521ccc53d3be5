"""The portal as people run it, in processes of its own that can be killed."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

ROOT = Path(__file__).parents[2]
PATIENCE = 180
"""Seconds in which the portal must answer, on a machine that does other things as well."""
INI = """\
[app:main]
use = egg:grants
sqlalchemy.url = {url}
storage.url = file://{folder}/files
mail.url = folder://{folder}/mail
session.secret = tests-only-tests-only-tests-only-tests-only
portal.development = true
portal.rehearsal = {folder}/clock
portal.url = http://127.0.0.1:{port}
logs.format = {logs}
jobs.backend = {backend}
jobs.lease = 2
jobs.poll = 0.1
portal.name = IUC Asia competitive fund

[server:main]
use = egg:grants
listen = 127.0.0.1:{port}
threads = 4
"""

_SERVE = ("-W", "ignore", "-m", "pyramid.scripts.pserve")
_GUNICORN = (
    *("-m", "gunicorn"),
    *("--config", "python:grants.serving.settings"),
)
_GRANTS = ("-W", "ignore", "-c", "import sys; from grants.cli import main; sys.exit(main())")


def free_port() -> int:
    """Find a port that nobody uses."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@dataclass
class Processes:
    """A server and its worker: `grants run`, or with procrastinate each by itself."""

    url: str
    folder: Path
    backend: str = "embedded"
    logs: str = "console"
    server: str = "waitress"
    """Or gunicorn, as in production, with a worker by itself."""
    demonstration: bool = False
    """Whether the demonstration fund is loaded at the first start."""
    port: int = field(default_factory=free_port)
    started: list["subprocess.Popen[bytes]"] = field(default_factory=list)

    def __post_init__(self) -> None:
        said = INI.format(
            url=self.url.replace("%", "%%"),
            folder=self.folder,
            port=self.port,
            backend=self.backend,
            logs=self.logs,
        )
        self.ini.write_text(said)

    @property
    def ini(self) -> Path:
        """Where the portal's settings are."""
        return self.folder / "portal.ini"

    @property
    def log(self) -> str:
        """What the processes said last."""
        return (self.folder / "log").read_text(errors="replace")[-4000:]

    def start(self) -> float:
        """Start what does not run, and wait until it answers; tell how many seconds that took."""
        begun = time.monotonic()
        serve = (*_GRANTS, "run", str(self.ini), "--port", str(self.port), "--threads", "4")
        commands: tuple[tuple[str, ...], ...] = (
            (*serve, "--demo") if self.demonstration else serve,
        )
        if self.backend == "procrastinate":
            commands = ((*_SERVE, str(self.ini)), (*_GRANTS, "worker", str(self.ini)))
            self._prepare()
        if self.server == "gunicorn":
            bound = ("--bind", f"127.0.0.1:{self.port}", "--paste", str(self.ini))
            commands = ((*_GUNICORN, *bound), *commands[1:])
        with (self.folder / "log").open("ab") as log:
            for command in commands:
                self.started.append(
                    subprocess.Popen([sys.executable, *command], cwd=ROOT, stdout=log, stderr=log)
                )
        try:
            self._wait()
        except BaseException:
            self.kill()
            raise
        return time.monotonic() - begun

    def _prepare(self) -> None:
        """Do what `grants run` does by itself."""
        for word in ("migrate", "demo") if self.demonstration else ():
            command = [sys.executable, *_GRANTS, word, str(self.ini)]
            subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)

    def _wait(self) -> None:
        deadline = time.monotonic() + PATIENCE
        while not self._answers():
            ended = any(process.poll() is not None for process in self.started)
            if ended or time.monotonic() > deadline:
                raise AssertionError(f"the portal does not answer:\n{self.log}")
            time.sleep(0.02)

    def _answers(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/calls")
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    @property
    def workers(self) -> list[int]:
        """The processes that run jobs."""
        if self.backend == "procrastinate":
            return [self.started[1].pid]
        children = psutil.Process(self.started[0].pid).children()
        return [child.pid for child in children if "grants.kit.jobs" in child.cmdline()]

    def kill_worker(self) -> None:
        """Kill the worker alone, in the midst of whatever it does."""
        for number in self.workers:
            _kill(number)
        if self.backend == "procrastinate":
            self._replace_worker()

    def _replace_worker(self) -> None:
        self.started[1].wait(10)
        with (self.folder / "log").open("ab") as log:
            command = [sys.executable, *_GRANTS, "worker", str(self.ini)]
            self.started[1] = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log)

    def kill(self) -> None:
        """Kill the server and the worker at once."""
        # With all that they started: a worker of gunicorn left alone keeps the port for a while.
        for number in {number for process in self.started for number in _family(process.pid)}:
            _kill(number)
        for process in self.started:
            process.wait(10)
        self.started.clear()


def _family(number: int) -> list[int]:
    try:
        process = psutil.Process(number)
        return [number, *(child.pid for child in process.children(recursive=True))]
    except psutil.NoSuchProcess:
        return []


def _kill(number: int) -> None:
    with suppress(ProcessLookupError):  # it has just ended by itself
        os.kill(number, signal.SIGKILL)

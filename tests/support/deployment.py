"""Try docs/deployment.md: run its commands in an empty Debian, and use the portal that they make.

`python -m tests.support.deployment FOLDER` (as root) takes a folder with an empty Debian as
`debootstrap --variant=minbase trixie FOLDER` makes it, runs each command of the document there,
publishes a call and submits a proposal through the proxy on the loopback address, makes the backup,
restores it as the document says, and verifies. It needs the ports 80, 443, 8000 and 25.

There is no init system in such a folder: `systemctl` is replaced by a small script that starts
what the units say. Nothing else is.
"""

import argparse
import http.client
import os
import re
import shutil
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from aiosmtpd.controller import Controller

from tests.support import world
from tests.support.browsers import Browser

ROOT = Path(__file__).parents[2]
DOCUMENT = ROOT / "docs" / "deployment.md"
HOST = "grants.example.org"
AUTHORITY = "etc/registries.crt"
FOLDERS = ("proc", "dev", "dev/pts", "sys")

_CHAPTER = re.compile(r"^## (\d+)\. .*?$(.*?)(?=^## |\Z)", re.M | re.S)
_BLOCK = re.compile(r"^```sh\n(.*?)^```", re.M | re.S)

SYSTEMCTL = """#!/bin/bash
# Stands in for systemd where there is none: starts, stops and reloads what the units say.
unit_of() { echo "/etc/systemd/system/$1.service"; }
running() { [ -s "/run/$1.pid" ] && kill -0 "$(cat "/run/$1.pid")" 2>/dev/null; }
begin() {
  case "$1" in
    postgresql) pg_ctlcluster "$(ls /etc/postgresql | head -1)" main start; return ;;
    nginx) [ -s /run/nginx.pid ] && kill -0 "$(cat /run/nginx.pid)" 2>/dev/null || nginx; return ;;
  esac
  running "$1" && return
  command=$(sed -n 's/^ExecStart=//p' "$(unit_of "$1")")
  folder=$(sed -n 's/^WorkingDirectory=//p' "$(unit_of "$1")")
  ( set -a; . "$(sed -n 's/^EnvironmentFile=//p' "$(unit_of "$1")")"; cd "$folder"
    exec setsid runuser -u grants -- $command ) >>"/var/log/$1.log" 2>&1 </dev/null &
  echo $! > "/run/$1.pid"
}
end() {
  running "$1" || return 0
  pkill -TERM -P "$(cat "/run/$1.pid")" 2>/dev/null || kill "$(cat "/run/$1.pid")"
  while running "$1"; do sleep 0.1; done
}
verb=$1; shift; [ "${1:-}" = --now ] && shift
case "$verb" in
  daemon-reload) ;;
  enable|start) for it in "$@"; do begin "$it"; done ;;
  stop) for it in "$@"; do end "$it"; done ;;
  reload) nginx -s reload ;;
  *) echo "systemctl $verb is not for this folder" >&2; exit 1 ;;
esac
"""


REFERENCE = "IUC-2027-001"
DRAFT = """
set -a; . /etc/grants.env; set +a
cd /srv/grants/portal
runuser -u grants -- /srv/grants/venv/bin/python -W ignore - <<'END'
import io
from reportlab.pdfgen.canvas import Canvas
from grants.portal import Portal
from grants.models import Call, OrganisationKind
from grants.kit.settings import load
from tests.support.proposals import complete

def page(text):
    made = io.BytesIO()
    canvas = Canvas(made)
    canvas.drawString(72, 700, text)
    canvas.save()
    return io.BytesIO(made.getvalue())

portal = Portal(load("production.ini"))
with portal.writing() as services:
    lucia = services.people.welcome(
        email="lucia@example.org", name="Lucia Fernandez", password=PASSWORD, language="en"
    )
    city = services.organisations.register(
        name="City of Granada", kind=OrganisationKind.CITY, country="ES", population=232000,
        by=lucia,
    )
    call = services.db.query(Call).filter_by(code="IUC-2027").one()
    draft = services.proposals.start(call, city, by=lucia, key="first")
    answered = complete()
    answered["project"]["topic"] = "smart"
    for code, answers in answered.items():
        services.proposals.save(draft, code, answers, by=lucia, revision=0, tab="")
    for field in ("mayor_letter", "paired_confirmation"):
        name = field + ".pdf"
        place = "annexes." + field
        services.files.attach(draft, place, name=name, content=page(field), by=lucia)
    print(draft.reference)
END
"""
"""What an officer writes over days, by the same services as the pages; submitting it is a click."""


def commands() -> dict[int, str]:
    """Read the commands of each chapter of the document."""
    chapters = _CHAPTER.findall(DOCUMENT.read_text(encoding="utf-8"))
    return {int(number): "".join(_BLOCK.findall(text)) for number, text in chapters}


class Machine:
    """An empty Debian in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def run(self, script: str) -> str:
        """Run commands there as root; what they print is shown too. Ends on failure."""
        done = subprocess.run(
            ["/usr/sbin/chroot", self.folder, "/bin/bash", "-eux"],
            input=script,
            text=True,
            stdout=subprocess.PIPE,
            check=False,
            env=self._environment(),
        )
        print(done.stdout, flush=True)
        if done.returncode:
            raise SystemExit(f"failed with {done.returncode}:\n{script}")
        return done.stdout

    def _environment(self) -> dict[str, str]:
        said = {"DEBIAN_FRONTEND": "noninteractive", "LANG": "C.UTF-8", "HOME": "/root"}
        said["PATH"] = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
        # Where packages come through a mirror with an authority of its own.
        if (self.folder / AUTHORITY).exists():
            said["PIP_CERT"] = f"/{AUTHORITY}"
        return said

    @contextmanager
    def up(self) -> Iterator[None]:
        """Give it the kernel's folders and this machine's network; end all at the end."""
        for name in FOLDERS:
            if not (self.folder / name).is_mount():
                subprocess.run(["mount", "--bind", f"/{name}", self.folder / name], check=True)
        for name in ("etc/resolv.conf", "etc/hosts"):
            shutil.copy(f"/{name}", self.folder / name)
        if authority := os.environ.get("PIP_CERT"):
            shutil.copy(authority, self.folder / AUTHORITY)
        for name in ("policy-rc.d", "systemctl"):
            path = self.folder / "usr" / ("sbin" if name == "policy-rc.d" else "local/sbin") / name
            path.write_text("#!/bin/sh\nexit 101\n" if name == "policy-rc.d" else SYSTEMCTL)
            path.chmod(0o755)
        try:
            yield
        finally:
            self.run(
                "systemctl stop grants-web grants-worker || true; nginx -s stop || true\n"
                "pg_ctlcluster $(ls /etc/postgresql | head -1) main stop || true\n"
            )
            for name in reversed(FOLDERS):
                subprocess.run(["umount", self.folder / name], check=False)

    def unpack(self) -> None:
        """Put the source there, as a release has it."""
        there = self.folder / "srv" / "grants" / "portal"
        there.mkdir(parents=True, exist_ok=True)
        archive = subprocess.run(
            ["git", "archive", "HEAD"], cwd=ROOT, stdout=subprocess.PIPE, check=True
        )
        subprocess.run(["tar", "-x", "-C", there], input=archive.stdout, check=True)


def through_the_proxy(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    """Pass a request on to the proxy, as a WSGI application that WebTest can ask."""
    trusting = ssl.create_default_context()
    trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
    connection = http.client.HTTPSConnection("127.0.0.1", 443, timeout=60, context=trusting)
    headers = {
        name[5:].replace("_", "-").title(): value
        for name, value in environ.items()
        if name.startswith("HTTP_")
    }
    headers |= {"Host": HOST, "Content-Type": environ.get("CONTENT_TYPE", "")}
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    target = environ["PATH_INFO"] + (f"?{query}" if (query := environ["QUERY_STRING"]) else "")
    connection.request(environ["REQUEST_METHOD"], target, body, headers)
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    kept = [(k, v) for k, v in answer.getheaders() if k.lower() not in _HOPS]
    start_response(f"{answer.status} {answer.reason}", kept)
    return [content]


_HOPS = ("connection", "transfer-encoding", "keep-alive")


def browser() -> Browser:
    """Return a browser of somebody's own."""
    return Browser(through_the_proxy, extra_environ={"wsgi.url_scheme": "https", "HTTP_HOST": HOST})


class Letters:
    """A mail server that keeps what it gets."""

    def __init__(self) -> None:
        self.got: list[tuple[str, str]] = []
        self.came = threading.Condition()

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        """Take a letter."""
        text = envelope.content.decode("utf-8", "replace").replace("=\r\n", "")
        with self.came:
            self.got += [(to, text) for to in envelope.rcpt_tos]
            self.came.notify_all()
        return "250 taken"

    def link(self, to: str, path: str) -> str:
        """Wait for a letter to somebody, and read the link in it."""
        pattern = re.compile(rf"https://{re.escape(HOST)}({path}[^\s]*)")
        with self.came:
            found = self.came.wait_for(lambda: self._find(to, pattern), timeout=120)
        if not found:
            raise SystemExit(f"no letter with {path} came to {to}")
        return found

    def _find(self, to: str, pattern: re.Pattern[str]) -> str:
        links = [m.group(1) for who, text in self.got if who == to for m in pattern.finditer(text)]
        return links[-1] if links else ""


def main() -> int:
    """Try all of it, and say how it ended."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    machine, chapters = Machine(parser.parse_args().folder.resolve()), commands()
    letters = Letters()
    taking = Controller(letters, hostname="127.0.0.1", port=25)
    taking.start()
    with machine.up():
        _install(machine, chapters)
        machine.run(chapters[7])
        use(machine, letters)
        backup = machine.run(chapters[8])
        restored = machine.run(chapters[9])
        _wait()
        proof = browser().get("/calls/IUC-2027")
    taking.stop()
    whole = "The ledger is whole" in backup and "The ledger is whole" in restored
    print("restored and verified" if whole and proof.status_int == 200 else "NOT good")
    return 0 if whole else 1


def _install(machine: Machine, chapters: dict[int, str]) -> None:
    machine.run(chapters[1])
    machine.run("systemctl start postgresql\n")
    machine.unpack()
    for number in (2, 3, 4, 5, 6):
        machine.run(chapters[number])
    _wait()


def _wait() -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        try:
            if browser().get("/healthz", status="*").status_int == 200:
                return
        except OSError:
            pass
        time.sleep(0.2)
    raise SystemExit("the portal does not answer through the proxy")


def use(machine: Machine, letters: Letters) -> None:
    """Publish a call as its manager, and submit a proposal as a city."""
    _set_password(browser(), letters.link("helena@example.org", "/reset/"))
    helena = browser()
    _sign_in(helena, "helena@example.org")
    _publish(helena)
    machine.run(DRAFT.replace("PASSWORD", repr(world.PASSWORD)))
    lucia = browser()
    _sign_in(lucia, "lucia@example.org")
    page = lucia.get(f"/proposals/{REFERENCE}/submit")
    submit = next(it for it in page.forms.values() if it.action.endswith("/submit"))
    receipt = submit.submit(status=303).follow()
    if "We have received your proposal" not in receipt:
        raise SystemExit("the proposal was not received")
    letters.link("lucia@example.org", f"/proposals/{REFERENCE}")


def _set_password(visitor: Browser, link: str) -> None:
    form = visitor.get(link).forms["reset"]
    for name in [name for name in form.fields if name and name.startswith("password")]:
        form[name] = world.PASSWORD
    form.submit("save", status=303)


def _sign_in(visitor: Browser, email: str) -> None:
    form = visitor.get("/sign-in").forms["sign_in"]
    form["email"], form["password"] = email, world.PASSWORD
    form.submit("sign_in", status=303)


def _publish(helena: Browser) -> None:
    form = helena.get("/manage/funds/IUC-ASIA/calls/new").forms["call"]
    here = datetime.now(ZoneInfo("Europe/Brussels"))
    said = {
        "code": "IUC-2027", "title": "Competitive fund 2027", "summary": "The first call.",
        "currency": "EUR", "envelope_cents": "200,000.00", "smallest_cents": "10,000",
        "largest_cents": "60000", "cofinancing": "80", "zone": "Europe/Brussels",
        "opens": f"{here - timedelta(days=1):%Y-%m-%dT%H:%M}",
        "closes": f"{here + timedelta(days=30):%Y-%m-%dT%H:%M}",
        "overall_threshold": "3", "basis": "UNWEIGHTED_SUM", "list_rule": "STRICT_STOP",
        "ties": "Impact", "minimum_reviews": "3", "name": "Impact", "weight": "1",
        "threshold_halves": "3", "kind": "eligibility", "text": "Cities of two countries.",
    }  # fmt: skip
    for name, value in said.items():
        form[name] = value
    form["form_id"] = form["form_id"].options[-1][0]
    for box in form.fields["topic_ids"]:
        box.checked = True
    form.submit("save", status=303)
    page = helena.get("/manage/calls/IUC-2027")
    publish = next(it for it in page.forms.values() if it.action.endswith("/publish"))
    publish.submit(status=303)


if __name__ == "__main__":
    sys.exit(main())

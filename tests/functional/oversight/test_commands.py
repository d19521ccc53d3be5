"""The commands, as an operator types them."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from grants import cli
from grants.demo import ACCOUNTS, PASSWORD
from grants.demo.staged.cast import CITIES, REVIEWERS
from grants.kit.settings import load
from grants.portal import Portal
from tests.support.migrating import migrated
from tests.support.world import FORM

pytestmark = pytest.mark.both_databases

ROOT = Path(__file__).parents[3]

EVERYBODY = len(ACCOUNTS) + len(CITIES) + len(REVIEWERS) + 1
"""Of both funds of the demonstration: officers, reviewers, managers, an auditor."""


@pytest.fixture
def ini(tmp_path, database_kind, make_database):
    """The configuration of an empty portal of its own."""
    return write_ini(tmp_path, make_database(database_kind))


@pytest.fixture
def newest_ini(tmp_path, database_kind, make_database):
    """The same, after `grants migrate`."""
    return write_ini(
        tmp_path, make_database(database_kind, template=migrated(database_kind, make_database))
    )


def write_ini(folder, url):
    path = folder / "portal.ini"
    path.write_text(
        f"""[app:main]
use = egg:grants
sqlalchemy.url = {url.replace("%", "%%")}
storage.url = file://{folder}/files
mail.url = folder://{folder}/mail
session.secret = tests-only
portal.url = http://localhost
portal.development = true
jobs.lease = 5
logs.format = console
portal.name = IUC Asia competitive fund
"""
    )
    return str(path)


def test_the_demonstration_is_loaded_once_and_its_ledger_is_whole(ini, capsys):
    assert cli.main(["migrate", ini]) == 0
    assert cli.main(["demo", ini]) == 0
    assert PASSWORD in capsys.readouterr().out

    assert cli.main(["demo", ini]) == 0
    assert cli.main(["verify", ini]) == 0
    assert "The ledger is whole" in capsys.readouterr().out
    assert cli.main(["people", ini]) == 0
    listed = capsys.readouterr().out.splitlines()
    assert len(listed) == EVERYBODY


def test_what_was_printed_anchors_the_ledger(newest_ini, capsys):
    assert cli.main(["verify", newest_ini, "--head", "0" * 63 + "1"]) == 1
    assert "BROKEN" in capsys.readouterr().out


def test_a_form_is_kept_as_a_new_version_when_it_changed(newest_ini, capsys, tmp_path):
    changed = tmp_path / "form.json"
    text = json.loads(FORM.read_text())
    text["title"] = "Another title"
    changed.write_text(json.dumps(text))

    for file in (FORM, FORM, changed):
        assert cli.main(["form", newest_ini, "iuc", str(file)]) == 0

    versions = [line.split(",")[0] for line in capsys.readouterr().out.splitlines()]
    assert versions == ["iuc version 1", "iuc version 1", "iuc version 2"]


def test_a_manager_is_appointed(newest_ini, capsys):
    cli.main(["demo", newest_ini])

    appointed = cli.main(
        ["people", newest_ini, "--manager", "jonas@mannheim.example", "--fund", "IUC-ASIA"]
    )

    assert appointed == 0
    assert "jonas@mannheim.example\tJonas Weber\tmanager" in capsys.readouterr().out
    unknown = cli.main(
        ["people", newest_ini, "--manager", "nobody@example.org", "--fund", "IUC-ASIA"]
    )
    assert unknown == 1


def test_a_missing_configuration_is_said_in_a_sentence(tmp_path, capsys):
    assert cli.main(["verify", str(tmp_path / "nowhere.ini")]) == 1
    assert "nowhere.ini" in capsys.readouterr().err


@pytest.mark.slow
def test_the_portal_runs_with_its_worker_and_keeps_what_it_has(ini):
    for _time in range(2):
        port = _free_port()
        server = subprocess.Popen(
            [sys.executable, "-m", "grants.cli", "run", ini, "--demo", "--port", str(port)],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        try:
            health = _answer(server, f"http://127.0.0.1:{port}/healthz")
        finally:
            server.terminate()
            server.wait(60)
        assert (health["database"], health["storage"], health["queue"]) == (True, True, True)
    portal = Portal(load(ini))
    with portal.sessions() as session:
        people = portal.services(session).people.everybody()
    portal.engine.dispose()
    assert len(people) == EVERYBODY


def _free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def _answer(server, address):
    deadline = time.monotonic() + 180
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:
                return json.load(answer)
        except OSError:
            time.sleep(0.05)  # asking without a pause takes from the server what it needs to start
    pytest.fail("the portal did not start")

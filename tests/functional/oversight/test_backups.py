"""A backup as docs/deployment.md makes it while people write, and what it restores elsewhere."""

import io
import shlex
import shutil
import threading
from pathlib import Path

import pytest
import sqlalchemy as sa

from grants import cli
from grants.accounts.models import Person
from grants.backups import Backup
from grants.cli.migrate import newest
from grants.demo.load import load_once
from grants.kit.clock import now
from grants.kit.dossiers.models import Document, File
from grants.kit.settings import load
from grants.portal import Portal
from grants.proposals.models import Proposal
from grants.proposals.service.files import KEPT_AFTER_REMOVAL
from grants.rules.workflow import ProposalStatus
from tests.conftest import SETTINGS
from tests.support import deployment
from tests.support.samples import PDF

pytestmark = pytest.mark.both_databases

NAMED = "/var/backups/grants/first"
"""Where the document has its backup."""

LUCIA = "lucia@granada.example"


def ini_of(folder: Path, url: str) -> str:
    """Write the settings of a portal in a folder."""
    folder.mkdir()
    settings = SETTINGS | {
        "sqlalchemy.url": url.replace("%", "%%"),
        "storage.url": f"file://{folder}/files",
        "mail.url": f"folder://{folder}/mail",
    }
    path = folder / "portal.ini"
    lines = "\n".join(f"{name} = {value}" for name, value in settings.items())
    path.write_text(f"[app:main]\nuse = egg:grants\n{lines}\n")
    return str(path)


def documented(number: int, ini: str, backup: Path) -> list[list[str]]:
    """Read the portal's own commands of a chapter, for a portal and a backup of a test."""
    lines = deployment.commands()[number].splitlines()
    ours = [shlex.split(line)[1:] for line in lines if line.startswith("grants ")]
    assert ours, f"chapter {number} has no command of the portal's"
    names = {"production.ini": ini, NAMED: str(backup)}
    return [[names.get(word, word) for word in command] for command in ours]


def run(commands: list[list[str]]) -> list[int]:
    return [cli.main(command) for command in commands]


@pytest.fixture(scope="module")
def filled(database_kind, make_database, template_of, tmp_path_factory):
    """The settings of a portal with the demonstration and its files in it."""
    url = make_database(database_kind, template=template_of(database_kind))
    ini = ini_of(tmp_path_factory.mktemp("filled") / "portal", url)
    portal = Portal(load(ini), now)
    with portal.engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE alembic_version (version_num VARCHAR(32))"))
        for name in newest():
            connection.execute(sa.text("INSERT INTO alembic_version VALUES (:it)"), {"it": name})
    load_once(portal)
    portal.engine.dispose()
    return ini


@pytest.fixture
def portal(filled):
    portal = Portal(load(filled), now)
    yield portal
    portal.engine.dispose()


@pytest.fixture
def elsewhere(database_kind, make_database, tmp_path):
    """The settings of a portal with an empty database and no files."""
    return ini_of(tmp_path / "elsewhere", make_database(database_kind))


@pytest.fixture
def backup(tmp_path):
    return tmp_path / "backup"


def attach(portal: Portal) -> str:
    """Have Granada's officer send a letter and remove the one before; give its storage key."""
    with portal.writing() as services:
        draft = services.db.scalars(
            sa.select(Proposal).where(Proposal.status == ProposalStatus.DRAFT)
        ).first()
        lucia = services.db.scalars(sa.select(Person).where(Person.email == LUCIA)).one()
        for held in services.files.present(draft):
            services.files.remove(draft, held.token, by=lucia)
        place, content = "annexes.mayor_letter", io.BytesIO(PDF)
        sent = services.files.attach(draft, place, name="letter.pdf", content=content, by=lucia)
        services.db.flush()
        return sent.storage_key


def tidy(portal: Portal) -> list[str]:
    """Delete what was removed long ago, as the daily task does."""
    with portal.writing(lambda: now() + 2 * KEPT_AFTER_REMOVAL) as services:
        gone = services.files.forget_removed(but=services.deliverables.was_delivered)
    for key in gone:
        portal.storage.delete(key)
    return gone


def named(portal: Portal) -> set[str]:
    """Name the storage keys of all rows."""
    with portal.sessions() as session:
        return {
            key for it in (File, Document) for key in session.scalars(sa.select(it.storage_key))
        }


def test_the_documented_commands_back_up_while_people_write_and_restore_elsewhere(
    filled, portal, elsewhere, backup, capsys
):
    begun, ended = threading.Event(), threading.Event()
    sent: list[str] = [attach(portal)]

    def write():
        while not ended.is_set():
            sent.append(attach(portal))
            begun.set()

    writing = threading.Thread(target=write)
    writing.start()
    assert begun.wait(60)
    before = named(portal)
    try:
        assert run(documented(8, filled, backup)) == [0, 0]
    finally:
        ended.set()
        writing.join()

    assert run(documented(9, elsewhere, backup)) == [0, 0]

    said = capsys.readouterr().out
    assert said.count("The ledger is whole") == 3
    assert said.count("All it keeps agrees with it.") == 3
    restored = Portal(load(elsewhere), now)
    there = named(restored)
    assert there >= before >= set(sent[:2])
    assert there <= set(restored.storage.all_keys())
    restored.engine.dispose()


class Disturbed(Backup):
    """A backup around whose copy of the database people send and the tidying deletes files."""

    def database(self):
        self.came = attach(self.portal)
        head = super().database()
        self.gone = tidy(self.portal)
        attach(self.portal)
        return head


def test_what_comes_and_goes_while_the_database_is_copied_is_there(portal, elsewhere, backup):
    attach(portal)
    made = Disturbed(portal, backup)

    made.make()

    assert cli.main(["restore", elsewhere, str(backup)]) == 0
    restored = Portal(load(elsewhere), now)
    assert made.gone
    assert {made.came, *made.gone} <= named(restored) <= set(restored.storage.all_keys())
    restored.engine.dispose()


def test_a_file_that_a_backup_lacks_is_named(filled, portal, elsewhere, backup, capsys):
    key = attach(portal)
    assert cli.main(["backup", filled, str(backup)]) == 0
    (backup / "files" / key).unlink()

    code = cli.main(["restore", elsewhere, str(backup)])

    said = capsys.readouterr().out
    assert "file “letter.pdf”: its bytes are not in the storage" in said
    assert "1 things DISAGREE" in said
    assert code == 1


def test_nothing_is_overwritten(filled, backup, capsys):
    assert cli.main(["backup", filled, str(backup)]) == 0

    assert cli.main(["backup", filled, str(backup)]) == 1
    assert "is not empty: a backup has its own" in capsys.readouterr().err
    assert cli.main(["restore", filled, str(backup)]) == 1
    assert "The database is not empty" in capsys.readouterr().err


def test_half_a_backup_is_none(filled, elsewhere, backup, capsys):
    assert cli.main(["backup", filled, str(backup)]) == 0
    (backup / "backup.json").unlink()

    assert cli.main(["restore", elsewhere, str(backup)]) == 1
    assert "holds no whole backup" in capsys.readouterr().err


def test_a_damaged_database_is_told_in_a_sentence(filled, elsewhere, backup, capsys):
    assert cli.main(["backup", filled, str(backup)]) == 0
    [copied] = backup.glob("database.*")
    copied.write_bytes(b"no database" * 500)

    assert cli.main(["restore", elsewhere, str(backup)]) == 1
    said = capsys.readouterr().err
    assert "cannot be read" in said or "pg_restore failed" in said


def test_a_backup_of_the_other_database_is_refused(
    filled, backup, database_kind, make_database, tmp_path, capsys
):
    assert cli.main(["backup", filled, str(backup)]) == 0
    other = {"sqlite": "postgresql", "postgresql": "sqlite"}[database_kind]
    target = ini_of(tmp_path / "other", make_database(other))

    assert cli.main(["restore", target, str(backup)]) == 1
    assert "a database of another kind" in capsys.readouterr().err


def test_an_older_ledger_than_the_backup_tells_of_is_named(
    filled, elsewhere, backup, capsys, tmp_path
):
    assert cli.main(["backup", filled, str(backup)]) == 0
    later = tmp_path / "later"
    shutil.copytree(backup, later)
    told = (later / "backup.json").read_text()
    head = told.split('"head": "')[1][:64]
    (later / "backup.json").write_text(told.replace(head, "f" * 64))

    assert cli.main(["restore", elsewhere, str(later)]) == 1
    assert "The ledger is BROKEN: " in capsys.readouterr().out

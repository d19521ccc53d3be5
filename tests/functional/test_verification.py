"""Every alteration behind the portal's back is named by its reference: `grants verify`."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from grants import cli, ledger
from grants.clocks import now
from grants.core import Core
from grants.demo.load import load_once
from grants.models import Base, Document
from grants.models.ledger import SQLITE_GUARDS
from grants.settings import parse
from grants.storage import FileChanged
from tests.conftest import SETTINGS
from tests.running import run_waiting


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory):
    """The demonstration with its letters printed, in a folder that is copied for each test."""
    folder = tmp_path_factory.mktemp("demonstration")
    core = Core(parse(settings(folder)), now)
    Base.metadata.create_all(core.engine)
    load_once(core)
    run_waiting(core)
    core.engine.dispose()
    return folder


def settings(folder: Path) -> dict[str, str]:
    return SETTINGS | {
        "sqlalchemy.url": f"sqlite:///{folder}/portal.sqlite",
        "storage.url": f"file://{folder}/files",
        "mail.url": f"folder://{folder}/mail",
    }


@pytest.fixture
def folder(demonstration, tmp_path):
    shutil.copytree(demonstration, tmp_path / "copy")
    return tmp_path / "copy"


@pytest.fixture
def ini(folder):
    path = folder / "portal.ini"
    lines = [f"{name} = {value}" for name, value in settings(folder).items()]
    path.write_text("[app:main]\nuse = egg:grants\n" + "\n".join(lines))
    return str(path)


@pytest.fixture
def verify(ini, capsys) -> Callable[..., tuple[int, str]]:
    def verified(*more: str) -> tuple[int, str]:
        code = cli.main(["verify", ini, *more])
        return code, capsys.readouterr().out

    return verified


@pytest.fixture
def sql(folder):
    """Change the database as somebody with its password would, triggers out of the way."""
    engine = sa.create_engine(f"sqlite:///{folder}/portal.sqlite")

    def run(*statements: str, guards: bool = True) -> None:
        with engine.begin() as connection:
            for guard in SQLITE_GUARDS:
                connection.execute(sa.text(f"DROP TRIGGER {guard.split()[2]}"))
            for statement in statements:
                assert connection.execute(sa.text(statement)).rowcount, statement
            for guard in SQLITE_GUARDS if guards else ():
                connection.execute(sa.text(guard))

    yield run
    engine.dispose()


def test_nothing_was_altered_and_all_agrees(verify):
    code, said = verify()

    assert "All it keeps agrees with it." in said
    assert code == 0


ALTERED = {
    "a score": ("UPDATE mark SET halves = halves - 1 WHERE id = 1", "its scores are not"),
    "an amount awarded": (
        "UPDATE decision SET awarded_cents = awarded_cents * 10 WHERE id = 1",
        "the amount of its decision",
    ),
    "reasons": ("UPDATE decision SET reasons = 'Because.' WHERE id = 1", "the words of its"),
    "who decided": (
        "UPDATE decision SET decided_by_id = decided_by_id + 1 WHERE id = 1",
        "the author of its decision",
    ),
    "a ranking's result": (
        "UPDATE ranking SET result = json_set(result, '$.tampered', 1) WHERE id = 1",
        "its result does not follow",
    ),
    "a ranking's inputs": (
        "UPDATE ranking SET inputs = json_set(inputs, '$.entries[0].requested_cents', 1)"
        " WHERE id = 1",
        "computed again, it is another one",
    ),
    "a ranking's hash": ("UPDATE ranking SET sha256 = hex(randomblob(32))", "its hash is not"),
    "a proposal's status": (
        "UPDATE proposal SET status = 'awarded' WHERE status = 'rejected'",
        "its status is awarded, not rejected",
    ),
    "an amount asked for": (
        "UPDATE proposal SET requested_cents = 1 WHERE status = 'awarded'",
        "the amount it asks for",
    ),
    "a version's content": (
        "UPDATE proposal_version SET content = json_set(content, '$.lifted.title', 'X')",
        "its content does not agree with its hash",
    ),
    "a version's answers": (
        "UPDATE proposal_version SET answers = '{}' WHERE id = 1",
        "its answers are not those of its content",
    ),
    "a moment of submission": (
        "UPDATE proposal_version SET submitted_at = datetime(submitted_at, '-1 hour')",
        "its moment is not the one in the ledger",
    ),
    "frozen rules": (
        "UPDATE stage SET rules = json_set(rules, '$.minimum_reviews', 1)",
        "its rules do not agree with their hash",
    ),
    "an envelope": (
        "UPDATE call SET envelope_cents = envelope_cents * 2 WHERE status <> 'draft'",
        "its envelope_cents is not what version",
    ),
    "a published call": (
        "UPDATE call_version SET content = json_set(content, '$.title', 'X')",
        "its content does not agree with its hash",
    ),
    "declarations": ("DELETE FROM declaration", "this declaration, and it is gone"),
    "a check": ("UPDATE check_item SET met = NOT met WHERE id = 1", "the ledger"),
    "a document's hash": (
        "UPDATE document SET sha256 = hex(randomblob(32)) WHERE id = 1",
        "its hash is not the one in the ledger",
    ),
    "a review": (
        "DELETE FROM mark WHERE assignment_id = 1; DELETE FROM assignment WHERE id = 1",
        "the ledger knows this review, and it is gone",
    ),
    "a deliverable": (
        "UPDATE deliverable SET status = 'planned', accepted_at = NULL WHERE status = 'accepted'",
        "its status is planned, not accepted",
    ),
}


@pytest.mark.parametrize("name", ALTERED)
def test_what_was_altered_in_a_table_is_named(name, sql, verify):
    statements, sentence = ALTERED[name]
    sql(*statements.split(";"))

    code, said = verify()

    assert "The ledger is whole" in said
    assert sentence in said
    assert code == 1


@pytest.mark.parametrize("done", ["altered", "deleted"])
def test_what_was_done_to_files_is_named_each(done, folder, verify):
    files = [path for path in (folder / "files").rglob("*") if path.is_file()]
    for path in files:
        path.unlink() if done == "deleted" else path.write_bytes(path.read_bytes() + b"\n")

    code, said = verify()

    wanted = "are not in the storage" if done == "deleted" else "do not agree with its hash"
    assert said.count(f"its bytes {wanted}") == len(files) > 0
    assert code == 1


def test_a_changed_file_is_not_served(folder):
    core = Core(parse(settings(folder)), now)
    with core.sessions() as session:
        kept = session.scalars(sa.select(Document)).first()
        (folder / "files" / kept.storage_key).write_bytes(b"%PDF-1.7 another")

        with pytest.raises(FileChanged, match="changed in the storage"):
            core.services(session).documents.content(kept)
    core.engine.dispose()


def test_missing_triggers_are_named(sql, verify):
    sql(guards=False)

    code, said = verify()

    assert said.count("is missing or switched off") == len(SQLITE_GUARDS)
    assert code == 1


def test_an_emptied_ledger_of_a_portal_in_use_is_named(sql, verify):
    sql("DELETE FROM ledger_entry")

    code, said = verify()

    assert "ledger: it is empty, though the portal was used" in said
    assert code == 1


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_entry SET reason = 'X' WHERE seq = 5",
        "DELETE FROM ledger_entry WHERE seq = 5",
    ],
)
def test_a_change_in_the_chain_is_named_at_its_entry(sql, verify, statement):
    sql(statement)

    code, said = verify()

    assert "The ledger is BROKEN: at entry 5" in said
    assert code == 1


def test_a_cut_tail_is_named_against_a_head_and_by_what_it_was_about(folder, sql, verify):
    core = Core(parse(settings(folder)), now)
    with core.sessions() as session:
        head = ledger.head(session).hash
    core.engine.dispose()
    sql("DELETE FROM ledger_entry WHERE seq > (SELECT MAX(seq) - 10 FROM ledger_entry)")

    code, said = verify("--head", head)

    assert "BROKEN" in said
    assert code == 1


@pytest.mark.parametrize("head", ["", "abc", "0" * 63, "g" * 64])
def test_a_mistyped_head_is_no_finding_and_no_success(verify, head):
    code, said = verify("--head", head)

    assert "is no head" in said
    assert code == 2


def test_the_demonstration_has_something_of_everything(folder):
    core = Core(parse(settings(folder)), now)
    with core.engine.connect() as connection:
        for table in ("mark", "decision", "ranking", "declaration", "document", "deliverable"):
            assert connection.scalar(sa.text(f"SELECT COUNT(*) FROM {table}")), table
        assert json.loads(connection.scalar(sa.text("SELECT rules FROM stage LIMIT 1")))
    core.engine.dispose()

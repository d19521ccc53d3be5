"""Every alteration behind the portal's back is named by its reference: `grants verify`."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from grants import cli, ledger
from grants.accounts.models import Person
from grants.calls.models import Call
from grants.calls.queries.changes import as_it_is, from_data
from grants.demo.load import load_once
from grants.kit.clock import now
from grants.kit.database.tables import Base
from grants.kit.dossiers.models import Document
from grants.kit.settings import parse
from grants.kit.storage import FileChanged
from grants.ledger import SQLITE_GUARDS
from grants.oversight import verification
from grants.portal import Portal
from grants.services import Services
from tests.conftest import SETTINGS
from tests.support.running import run_waiting

pytestmark = pytest.mark.both_databases


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory):
    """The demonstration with its letters printed, in a folder that is copied for each test."""
    folder = tmp_path_factory.mktemp("demonstration")
    portal = Portal(parse(settings(folder)), now)
    Base.metadata.create_all(portal.engine)
    load_once(portal)
    with portal.writing() as services:
        sign_by_two(services)
    run_waiting(portal)
    portal.engine.dispose()
    return folder


def sign_by_two(services: Services) -> None:
    """Correct a call after its deadline: one manager proposes it, another one signs."""
    call = services.db.scalars(sa.select(Call).where(Call.code == "IUC-2020")).one()
    helena, viktor = (
        services.db.scalars(sa.select(Person).where(Person.email == f"{name}@fund.example")).one()
        for name in ("helena", "viktor")
    )
    facts = from_data(as_it_is(call) | {"summary": "Cities of Europe and Asia."})
    act = services.corrections.propose(call, facts, reason="A word was missing.", by=helena)
    services.signing.sign(act, read=act.sha256, by=viktor)


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
    "a check": ("UPDATE check_item SET met = NOT met WHERE id = 1", "it says not met, the ledger"),
    "what a check came to": (
        "UPDATE stage_result SET outcome = 'failed' WHERE stage_id IN"
        " (SELECT id FROM stage WHERE kind = 'eligibility')",
        "its result of eligibility is failed, not passed",
    ),
    "what a stage came to": (
        "UPDATE stage_result SET outcome = 'reserve' WHERE outcome = 'main'",
        "its result of individual_review is reserve, not main",
    ),
    "a result": (
        "DELETE FROM stage_result WHERE outcome = 'main'",
        "its result of individual_review is gone",
    ),
    "a check's reason": (
        "UPDATE check_item SET reason = 'Because.' WHERE id = 1",
        "its reason is not the one in the ledger",
    ),
    "checks": ("DELETE FROM check_item WHERE id = 1", "this check item, and it is gone"),
    "a document's hash": (
        "UPDATE document SET sha256 = hex(randomblob(32)) WHERE id = 1",
        "its hash is not the one in the ledger",
    ),
    "a review": (
        "DELETE FROM mark WHERE review_id = 1; DELETE FROM review WHERE id = 1;"
        "DELETE FROM assignment WHERE id = 1",
        "the ledger knows this review, and it is gone",
    ),
    "what a review says": (
        "DELETE FROM mark WHERE review_id = 1; DELETE FROM review WHERE id = 1",
        "/R1: what it says is gone",
    ),
    "a version and its hash": (
        "UPDATE proposal_version SET sha256 = hex(randomblob(32)) WHERE id = 1",
        "-01: its hash is not the one in the ledger",
    ),
    "a version": (
        "UPDATE review SET version_id = 2; DELETE FROM proposal_version WHERE id = 1",
        "version 1 is gone",
    ),
    "a version's number": (
        "UPDATE proposal_version SET number = 7 WHERE id = 1",
        "the ledger knows no such submission",
    ),
    "a proposal": ("DELETE FROM proposal WHERE id = 1", "the ledger knows it, and it is gone"),
    "what others point at": (
        "DELETE FROM proposal WHERE id = 1",
        "table proposal: 1 rows of decision point at one that is gone",
    ),
    "a file's hash": (
        "UPDATE file SET sha256 = hex(randomblob(32))"
        " WHERE dossier_id IN (SELECT dossier_id FROM proposal)",
        "is not the one that was submitted",
    ),
    "evidence": (
        "UPDATE file SET sha256 = hex(randomblob(32))"
        " WHERE dossier_id IN (SELECT dossier_id FROM deliverable)",
        "its evidence is not what was delivered",
    ),
    "a stage's rules and their hash": (
        "UPDATE stage SET rules_sha256 = hex(randomblob(32))",
        "the hash of its rules is not the one in the ledger",
    ),
    "a stage's status": (
        "UPDATE stage SET status = 'open', closed_at = NULL WHERE status = 'closed'",
        "its status is open, not closed",
    ),
    "a call's status": (
        "UPDATE call SET status = 'draft', published_at = NULL WHERE code = 'IUC-2020'",
        "its status is draft, not",
    ),
    "a published call and its hash": (
        "UPDATE call_version SET sha256 = hex(randomblob(32)) WHERE id = 1",
        "version 1: its hash is not the one in the ledger",
    ),
    "an interest": (
        "UPDATE declaration SET interest = 'potential' WHERE id = 1",
        "the interest is not the one in the ledger",
    ),
    "a ruling": (
        "UPDATE declaration SET ruling = 'allowed', ruled_at = declared_at WHERE id = 1",
        "the ruling is not the one in the ledger",
    ),
    "a declaration nobody made": (
        "UPDATE declaration SET id = 900 WHERE id = 1",
        "/D900: the ledger does not know this declaration",
    ),
    "a check nobody made": (
        "UPDATE check_item SET code = 'other' WHERE id = 1",
        "/other: the ledger does not know this check item",
    ),
    "a review nobody was asked for": (
        "UPDATE review SET assignment_id = 900 WHERE assignment_id = 1;"
        "UPDATE assignment SET id = 900 WHERE id = 1",
        "/R900: the ledger does not know this review",
    ),
    "a ranking nobody computed": (
        "UPDATE ranking SET number = 9 WHERE id = 1",
        "/9: the ledger does not know this ranking",
    ),
    "a dossier of what is gone": (
        "INSERT INTO dossier (kind) VALUES ('proposal')",
        "table proposal: 1 dossiers hold documents of what is gone",
    ),
    "a document nobody printed": (
        "UPDATE document SET reference = 'X/receipt-9' WHERE id = (SELECT MAX(id) FROM document)",
        "-9: the ledger does not know this document",
    ),
    "a review's status": (
        "UPDATE assignment SET status = 'excluded', reason = 'X' WHERE id = 1",
        "its status is excluded, not locked",
    ),
    "when a review came": (
        "UPDATE review SET submitted_at = datetime(submitted_at, '-1 day') WHERE id = 1",
        "/R1: its moment is not the one in the ledger",
    ),
    "a ranking": (
        "DELETE FROM ranking_place; DELETE FROM ranking WHERE id = 1",
        "this ranking, and it is gone",
    ),
    "what a place is offered": (
        "UPDATE ranking_place SET place = json_set(place, '$.offered_cents', 1) WHERE position = 0",
        "its places are not those of its result",
    ),
    "a place": (
        "DELETE FROM ranking_place WHERE position = 0",
        "its places are not those of its result",
    ),
    "whose a place is": (
        "UPDATE ranking_place SET reference = 'IUC-2018-001' WHERE position = 0",
        "its places are not those of its result",
    ),
    "whether money depends on a draw": (
        "UPDATE ranking SET summary = json_set(summary, '$.committed_cents', 1)",
        "its summary is not that of its result",
    ),
    "what a ranking was computed from": (
        "UPDATE ranking SET inputs = '{}' WHERE id = 1",
        "what it was computed from cannot be read",
    ),
    "a ranking's status": (
        "UPDATE ranking SET status = 'superseded' WHERE id = 1",
        "its status is superseded, not adopted",
    ),
    "a decision": ("DELETE FROM decision WHERE id = 1", "this decision, and it is gone"),
    "a kind of decision": (
        "UPDATE decision SET kind = 'award_with_conditions', conditions = 'X' WHERE id = 1",
        "the kind of its decision",
    ),
    "a moment of decision": (
        "UPDATE decision SET decided_at = datetime(decided_at, '-1 day') WHERE id = 1",
        "the moment of its decision",
    ),
    "a second signatory": (
        "UPDATE decision SET signatory_id = decided_by_id + 1, signed_at = decided_at,"
        " departs = 1, justification = 'X' WHERE id = 1",
        "the second signatory of its decision",
    ),
    "a second signature": (
        "UPDATE decision SET signatory_id = decided_by_id + 1, signed_at = decided_at,"
        " departs = 1, justification = 'X' WHERE id = 1",
        "the ledger knows no second signature of it",
    ),
    "a decision's call": (
        "UPDATE decision SET call_id = (SELECT MAX(id) FROM call WHERE id <> decision.call_id)",
        "its decision is kept under another call",
    ),
    "a decision nobody took": (
        "UPDATE decision SET proposal_id = (SELECT MAX(id) FROM proposal) WHERE id = 1",
        "the ledger knows no decision on it",
    ),
    "an agreement's amount": (
        "UPDATE project SET awarded_cents = awarded_cents * 10 WHERE id = 1",
        "the amount awarded is not the one in the ledger",
    ),
    "what an agreement grants": (
        "UPDATE agreement SET granted_cents = granted_cents - 1 WHERE id = 1",
        "the amount agreed is not the one in the ledger",
    ),
    "a line of a budget": (
        "UPDATE budget_line SET granted_cents = granted_cents + 1 WHERE id = 1",
        "its budget does not add up to what was agreed",
    ),
    "a day of signature": (
        "UPDATE agreement SET signed_on = date(signed_on, '-1 year') WHERE id = 1;"
        "UPDATE project SET signed_on = date(signed_on, '-1 year') WHERE id = 1",
        "the day of its signature is not the one in the ledger",
    ),
    "a day of signature in the project alone": (
        "UPDATE project SET signed_on = date(signed_on, '-1 year') WHERE id = 1",
        "table agreement: 1 rows of project point at one that is gone",
    ),
    "a project's status": (
        "UPDATE project SET status = 'closed' WHERE status = 'running'",
        "its status is closed, not running",
    ),
    "what two signed": (
        "UPDATE proposed_act SET payload = json_set(payload, '$.after.title', 'X')",
        "the act does not agree with its hash",
    ),
    "what two signed, and its hash": (
        "UPDATE proposed_act SET sha256 = hex(randomblob(32))",
        "the act’s hash is not the one in the ledger",
    ),
    "who signed second": (
        "UPDATE proposed_act SET settled_by_id = (SELECT id FROM person WHERE id NOT IN"
        " (settled_by_id, proposed_by_id))",
        "whoever settled the act is not the one in the ledger",
    ),
    "who proposed": (
        "UPDATE proposed_act SET proposed_by_id = (SELECT id FROM person WHERE id NOT IN"
        " (settled_by_id, proposed_by_id))",
        "whoever proposed the act is not the one in the ledger",
    ),
    "an act's status": (
        "UPDATE proposed_act SET status = 'refused', settled_reason = 'X'",
        "the act stands at refused, not signed",
    ),
    "an act": ("DELETE FROM proposed_act", "the ledger knows act 1, and it is gone"),
    "an act nobody proposed": (
        "UPDATE proposed_act SET id = 2",
        "the ledger knows no such act",
    ),
    "a lot nobody drew": (
        """INSERT INTO reserve_draw (ranking_id, "order", reason, seed, held_at, held_by_id)"""
        " SELECT id, '[]', 'X', '', computed_at, 1 FROM ranking WHERE id = 1",
        "the lots among its reserve list are not those in the ledger",
    ),
    "a deliverable": (
        "UPDATE deliverable SET status = 'planned', accepted_at = NULL WHERE status = 'accepted'",
        "its status is planned, not accepted",
    ),
}


@pytest.fixture(scope="module")
def altered(demonstration):
    """Change the database, verify, and change it back."""
    portal = Portal(parse(settings(demonstration)), now)
    # Without foreign keys, and in a transaction that no session ends.
    engine = sa.create_engine(
        f"sqlite:///{demonstration}/portal.sqlite", isolation_level="AUTOCOMMIT"
    )

    def changed(*statements: str) -> list[str]:
        with engine.connect() as connection:
            connection.execute(sa.text("BEGIN"))
            for statement in statements:
                assert connection.execute(sa.text(statement)).rowcount, statement
            with Session(connection) as session:
                found = verification.findings(session, portal.storage)
                said = [f"{it.reference}: {it.what}" for it in found]
            connection.execute(sa.text("ROLLBACK"))
        return said

    yield changed
    engine.dispose()


@pytest.mark.parametrize("name", ALTERED)
def test_what_was_altered_in_a_table_is_named(name, altered):
    statements, sentence = ALTERED[name]

    said = altered(*statements.split(";"))

    assert sentence in "\n".join(said)


def test_what_was_altered_is_said_and_the_ledger_is_whole(sql, verify):
    statement, sentence = ALTERED["a score"]
    sql(statement)

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
    portal = Portal(parse(settings(folder)), now)
    with portal.sessions() as session:
        kept = session.scalars(sa.select(Document)).first()
        (folder / "files" / kept.storage_key).write_bytes(b"%PDF-1.7 another")

        with pytest.raises(FileChanged, match="changed in storage"):
            portal.services(session).kept_documents.content(kept)
    portal.engine.dispose()


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


def test_two_entries_exchanged_are_named(sql, verify):
    sql(
        "UPDATE ledger_entry SET seq = -5 WHERE seq = 5",
        "UPDATE ledger_entry SET seq = 5 WHERE seq = 6",
        "UPDATE ledger_entry SET seq = 6 WHERE seq = -5",
    )

    code, said = verify()

    assert "The ledger is BROKEN: at entry 5" in said
    assert code == 1


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_entry SET reason = 'X' WHERE seq = 5",
        "DELETE FROM ledger_entry WHERE seq = 5",
        "UPDATE deliverable SET accepted_at = NULL WHERE status = 'accepted'",
        "UPDATE deliverable SET status = 'accepted' WHERE status = 'planned'",
    ],
)
def test_what_the_database_itself_refuses(folder, statement):
    engine = sa.create_engine(f"sqlite:///{folder}/portal.sqlite")

    with pytest.raises(IntegrityError), engine.begin() as connection:
        connection.execute(sa.text(statement))
    engine.dispose()


def test_a_cut_tail_is_named_against_a_head(folder, sql, verify):
    portal = Portal(parse(settings(folder)), now)
    with portal.sessions() as session:
        head = ledger.head(session).hash
    portal.engine.dispose()
    sql("DELETE FROM ledger_entry WHERE seq > (SELECT MAX(seq) - 10 FROM ledger_entry)")

    code, said = verify("--head", head)

    assert "BROKEN" in said
    assert code == 1


def test_a_cut_tail_is_named_by_what_it_was_about(sql, verify):
    sql("DELETE FROM ledger_entry WHERE seq > (SELECT MAX(seq) - 20 FROM ledger_entry)")

    code, said = verify()

    assert "The ledger is whole" in said
    assert "IUC-2020: the ledger knows no such act" in said
    assert code == 1


@pytest.mark.parametrize("head", ["", "abc", "0" * 63, "g" * 64])
def test_a_mistyped_head_is_no_finding_and_no_success(verify, head):
    code, said = verify("--head", head)

    assert "is no head" in said
    assert code == 2


def test_the_demonstration_has_something_of_everything(folder):
    portal = Portal(parse(settings(folder)), now)
    with portal.engine.connect() as connection:
        for table in ("mark", "decision", "ranking", "declaration", "document", "deliverable"):
            assert connection.scalar(sa.text(f"SELECT COUNT(*) FROM {table}")), table
        reviews = "SELECT rules FROM stage WHERE kind = 'individual_review' AND status = 'closed'"
        assert json.loads(connection.scalar(sa.text(reviews)))
    portal.engine.dispose()

"""Migrations lead to the models and back, on both databases."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from sqlalchemy.orm import Session

from grants import ledger
from grants.accounts.models import EndedPlace, Identity, Membership, OneTimeLink, Person, Purpose
from grants.decisions.models import Decision
from grants.kit.database import db
from grants.ledger import LedgerEntry
from grants.proposals.models import Proposal, ProposalVersion
from grants.rules.scope import Scope
from grants.rules.workflow import DecisionKind, ProposalStatus, Role
from tests.support import world
from tests.support.clock import Clock

pytestmark = pytest.mark.both_databases

NOW = datetime(2020, 3, 1, 12, tzinfo=UTC)
ALEMBIC = Path(__file__).parents[3] / "alembic"


def test_migrations_lead_to_the_models_and_back(database_kind, make_database):
    engine = db.make_engine(make_database(database_kind))
    with engine.connect() as connection:
        config = Config(attributes={"connection": connection})
        config.set_main_option("script_location", str(ALEMBIC))

        command.upgrade(config, "head")
        command.check(config)
        command.downgrade(config, "base")

        connection.commit()
        left = set(sa.inspect(connection).get_table_names()) - {"alembic_version"}
    engine.dispose()
    assert left == set()


def test_the_migrated_ledger_cannot_be_changed(newest):
    engine = db.make_engine(newest)
    with engine.connect() as connection:
        names = _triggers(connection)
    engine.dispose()

    assert len([name for name in names if name.startswith("ledger_entry_never")]) >= 2


def test_what_was_told_survives_the_way_back_and_forth(newest):
    engine = db.make_engine(newest)
    with engine.connect() as connection:
        config = Config(attributes={"connection": connection})
        config.set_main_option("script_location", str(ALEMBIC))
        with Session(connection) as session:
            _decided(session)
            session.commit()
        command.downgrade(config, "d801c52b9cd8")
        command.upgrade(config, "head")
        connection.commit()
        with Session(connection) as session:
            kept = session.scalars(sa.select(Decision)).one()
            told = (kept.kind, kept.notified_at)
    engine.dispose()
    assert told == (DecisionKind.RESERVE, NOW)


def test_entries_of_the_ledger_are_found_where_they_belong(newest):
    engine = db.make_engine(newest)
    with engine.connect() as connection:
        config = Config(attributes={"connection": connection})
        config.set_main_option("script_location", str(ALEMBIC))
        with Session(connection) as session:
            _decided(session)
            session.flush()
            for kind, reference in ENTRIES:
                subject = ledger.Subject(kind=kind, reference=reference)
                ledger.append(session, at=NOW, actor=None, action="do", subject=subject)
            before = ledger.head(session).hash
            session.commit()
        command.downgrade(config, "4c1f0e7a92d6")
        command.upgrade(config, "head")
        connection.commit()
        with Session(connection) as session:
            rows = session.execute(
                sa.select(
                    LedgerEntry.fund_id, LedgerEntry.call_id, LedgerEntry.proposal_id
                ).order_by(LedgerEntry.seq)
            )
            found = [[number is not None for number in row] for row in rows]
            checked = ledger.verify(session)
        kept = len(_triggers(connection))
        enabled = connection.dialect.name == "sqlite" or connection.scalar(
            sa.text("SELECT tgenabled FROM pg_trigger WHERE tgname = 'ledger_entry_never_changed'")
        ) in ("O", b"O")
    engine.dispose()
    assert found == [list(each) for each in ENTRIES.values()]
    assert (checked.ok, checked.head) == (True, before)
    assert kept >= 2
    assert enabled


ENTRIES = {
    ("proposal", "IUC-2020-001"): (True, True, True),
    ("review", "IUC-2020-001/R7"): (True, True, True),
    ("call", "IUC-2020"): (True, True, False),
    ("stage", "IUC-2020/1"): (True, True, False),
    ("fund", "IUC-ASIA"): (True, False, False),
    ("person", "IUC-2020"): (False, False, False),
    ("proposal", "IUC-2020-00"): (False, False, False),
}


def test_accounts_links_and_places_survive_the_way_back_and_forth(newest):
    engine = db.make_engine(newest)
    with engine.connect() as connection:
        config = Config(attributes={"connection": connection})
        config.set_main_option("script_location", str(ALEMBIC))
        with Session(connection) as session:
            it = world.make(session, Clock(NOW), alone=True)
            it.stranger.confirmed_at = None  # and has a password, as accounts had before
            link = {"token_hash": "x", "purpose": Purpose.RESET, "email": it.lucia.email}
            session.add(OneTimeLink(person=it.lucia, expires_at=NOW, **link))
            session.add(
                EndedPlace(
                    person=it.jonas, role=Role.MEMBER, organisation=it.lodz, since=NOW, ended_at=NOW
                )
            )
            session.commit()
        command.downgrade(config, "c3f81d6b2e05")
        command.upgrade(config, "head")
        connection.commit()
        with Session(connection) as session:
            links = [it.email for it in session.scalars(sa.select(OneTimeLink))]
            secrets = sa.select(Person.email, Identity.secret).join(Identity.person)
            passwords = dict(session.execute(secrets).all())
            members = session.scalar(sa.select(sa.func.count(Membership.id)))
            ended = session.scalar(sa.select(sa.func.count(EndedPlace.id)))
            blocked = session.scalars(sa.select(Person.blocked_reason).distinct()).all()
    engine.dispose()
    assert links == ["lucia@example.org"]
    assert "stranger@example.org" not in passwords
    assert passwords["lucia@example.org"].startswith("$argon2id$")
    assert (members, ended, blocked) == (3, 0, [""])


def test_entries_are_put_where_their_kind_says(newest):
    engine = db.make_engine(newest)
    with engine.connect() as connection:
        config = Config(attributes={"connection": connection})
        config.set_main_option("script_location", str(ALEMBIC))
        with Session(connection) as session:
            it = world.make(session, Clock(NOW), alone=True)
            session.flush()
            it.fund.code = it.call.code
            below = Scope(fund_id=it.fund.id, call_id=it.call.id, proposal_id=None)
            wrong = Scope(fund_id=it.fund.id, call_id=it.call.id, proposal_id=9)
            for kind, scope in (("fund", below), ("stage", wrong), ("review", wrong)):
                subject = ledger.Subject(kind=kind, reference=f"{it.call.code}/1")
                ledger.append(
                    session, at=NOW, actor=None, action="do", subject=subject, scope=scope
                )
            fund, call = it.fund.id, it.call.id
            session.commit()
        command.downgrade(config, "5e81c0b7a2d4-1")
        command.upgrade(config, "head")
        connection.commit()
        with Session(connection) as session:
            keys = (LedgerEntry.fund_id, LedgerEntry.call_id, LedgerEntry.proposal_id)
            found = session.execute(sa.select(*keys).order_by(LedgerEntry.seq)).all()
            whole = ledger.verify(session).ok
        kept = len([name for name in _triggers(connection) if name.startswith("ledger_entry")])
    engine.dispose()
    assert [tuple(row) for row in found] == [
        (fund, None, None),
        (fund, call, None),
        (fund, call, 9),
    ]
    assert whole
    assert kept >= 2


def _decided(session: Session) -> None:
    """Have a proposal on the reserve list, and its applicant told."""
    it = world.make(session, Clock(NOW), alone=True)
    session.flush()
    proposal = Proposal(
        reference="IUC-2020-001",
        call=it.call,
        organisation=it.granada,
        form=it.form,
        started_by=it.lucia,
        started_at=NOW,
        start_key="key",
        saved_at=NOW,
        status=ProposalStatus.DRAFT,
    )
    session.add(
        Decision(
            proposal=proposal,
            kind=DecisionKind.RESERVE,
            reasons="The money ends above.",
            decided_at=NOW,
            decided_by=it.helena,
            notified_at=NOW,
        )
    )


def _triggers(connection: sa.Connection) -> list[str]:
    if connection.dialect.name == "sqlite":
        found = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    else:
        found = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
    return list(connection.scalars(sa.text(found)))


def test_what_was_taken_back_before_stands_as_it_was_submitted(newest):
    engine = db.make_engine(newest)
    with engine.connect() as connection:
        config = Config(attributes={"connection": connection})
        config.set_main_option("script_location", str(ALEMBIC))
        with Session(connection) as session:
            _taken_back(session)
            session.commit()
        command.downgrade(config, "7b90d1c4e2aa-1")
        before = connection.execute(sa.text("SELECT status, submitted_at FROM proposal")).one()
        command.upgrade(config, "head")
        connection.commit()
        with Session(connection) as session:
            it = session.scalars(sa.select(Proposal)).one()
            after = (it.status, it.submitted_at, it.title, it.requested_cents, it.starts_on)
            topic = it.topic.code
    engine.dispose()
    assert tuple(before) == ("draft", None)
    assert after == (ProposalStatus.TAKEN_BACK, NOW, "Submitted", 4_000_000, date(2020, 5, 1))
    assert topic == "digital"


def _taken_back(session: Session) -> None:
    """Have a proposal that was submitted twice, reopened, and changed since."""
    it = world.make(session, Clock(NOW), alone=True)
    session.flush()
    proposal = Proposal(
        reference="IUC-2020-001",
        call=it.call,
        organisation=it.granada,
        form=it.form,
        started_by=it.lucia,
        started_at=NOW,
        saved_at=NOW,
        submitted_at=NOW,
        title="Changed since",
        status=ProposalStatus.TAKEN_BACK,
    )
    lifted = {"topics": ["digital"], "requested_cents": 4_000_000, "starts_on": "2020-05-01"}
    for number, title in ((1, "Submitted first"), (2, "Submitted")):
        session.add(
            ProposalVersion(
                proposal=proposal,
                form=proposal.form,
                number=number,
                answers={},
                content={"lifted": {**lifted, "title": title}},
                sha256="0" * 64,
                receipt=f"R-IUC-2020-001-{number:02d}",
                submitted_at=NOW,
                submitted_by=it.lucia,
            )
        )

"""The demonstration, with its awards and its ledger, is whole after the way back and forth."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from grants.demo.load import load_once
from grants.kit.clock import now
from grants.kit.settings import parse
from grants.oversight import verification
from grants.portal import Portal
from tests.conftest import SETTINGS
from tests.support.migrating import ALEMBIC

pytestmark = pytest.mark.both_databases

BEFORE = "1f6b08d2c7e4-1"
"""One table held who was asked for a review, and the review."""

RESULTS = (
    "SELECT reference, kind, outcome, reached_at, evidence FROM stage_result"
    " JOIN stage ON stage.id = stage_result.stage_id JOIN proposal ON proposal.id = proposal_id"
    " ORDER BY reference, position"
)
SCORES = "SELECT id, code, halves, comment FROM mark ORDER BY id"


def migrated(portal: Portal, *revisions: str) -> None:
    with portal.engine.connect() as connection:
        config = Config(attributes={"connection": connection})
        config.set_main_option("script_location", str(ALEMBIC))
        for revision in revisions:
            go = command.downgrade if revision == BEFORE else command.upgrade
            go(config, revision)
        connection.commit()


@pytest.fixture
def portal(newest, tmp_path: Path):
    told = {"sqlalchemy.url": newest, "storage.url": f"file://{tmp_path}"}
    portal = Portal(parse(SETTINGS | told), now)
    load_once(portal)
    yield portal
    portal.engine.dispose()


def read(portal: Portal, *queries: str) -> list[list[tuple[object, ...]]]:
    with portal.engine.connect() as connection:
        return [[tuple(row) for row in connection.execute(sa.text(it))] for it in queries]


def test_everything_is_there_as_before_and_agrees_with_the_ledger(portal):
    before = read(portal, RESULTS, SCORES)
    migrated(portal, BEFORE, "head")
    after = read(portal, RESULTS, SCORES)
    with portal.sessions() as session:
        found = list(verification.findings(session, portal.storage))

    assert {outcome for _reference, _kind, outcome, *_ in before[0]} >= {"passed", "failed", "main"}
    assert after == before
    assert found == []

"""Exclusions and conflicts of before are read by the words of today."""

import pytest
from sqlalchemy.orm import Session

from grants.evaluation.models import Assignment, Declaration
from grants.rules.workflow import AssignmentStatus, Ruling
from tests.support.migrating import filled

pytestmark = pytest.mark.both_databases

RENAMED = "5b2ce7f0a918"
STATUSES = "SELECT status FROM assignment WHERE id IN (1, 2) ORDER BY id"


def test_statuses_are_renamed_on_the_way_forth_and_back(database_kind, make_database):
    with filled(database_kind, make_database) as portal:
        portal.below(RENAMED)
        portal.execute("UPDATE assignment SET status = 'void' WHERE id = 1")
        portal.execute("UPDATE assignment SET status = 'barred' WHERE id = 2")
        portal.execute(
            "UPDATE declaration SET ruling = 'barred', ruled_at = declared_at WHERE id = 1"
        )
        portal.up("head")
        with Session(portal.connection) as session:
            found = [session.get_one(Assignment, number).status for number in (1, 2)]
            ruling = session.get_one(Declaration, 1).ruling
        portal.below(RENAMED)
        statuses = portal.rows(STATUSES)
        rulings = portal.rows("SELECT ruling FROM declaration WHERE id = 1")

    assert found == [AssignmentStatus.EXCLUDED, AssignmentStatus.CONFLICTED]
    assert ruling is Ruling.CONFLICTED
    assert (statuses, rulings) == ([("void",), ("barred",)], [("barred",)])

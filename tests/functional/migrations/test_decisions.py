"""Decisions that were made already are found among their call's after their migration."""

import pytest

from tests.support.migrating import filled

pytestmark = pytest.mark.both_databases

FOUND = "7c05e9d3b1f8"
CALLS = """SELECT decision.id, decision.call_id, proposal.call_id
FROM decision JOIN proposal ON proposal.id = decision.proposal_id ORDER BY decision.id"""
WORDS = "SELECT id, proposal_id, kind, reasons, told_at FROM decision ORDER BY id"


def test_decisions_survive_the_way_back_and_forth(database_kind, make_database):
    with filled(make_database(database_kind)) as portal:
        before = portal.rows(WORDS)
        portal.below(FOUND)
        columns, between = portal.columns("decision"), portal.rows(WORDS)
        portal.up("head")
        after, calls = portal.rows(WORDS), portal.rows(CALLS)

    assert "call_id" not in columns
    assert len(before) == 14
    assert before == between == after
    assert all(its == proposals for _number, its, proposals in calls)
    assert len(calls) == 14

"""Calls have the stages that their proposals have come through."""

import pytest

from tests.support.migrating import filled

pytestmark = pytest.mark.both_databases

PLANNED = "9d41c6ab03e7"
STAGES = (
    "SELECT call.code, stage.number, position, kind, stage.status, opened_at IS NULL,"
    " closed_at IS NULL, rules_sha256, minimum_reviews"
    " FROM stage JOIN call ON call.id = call_id ORDER BY call.code, position"
)
WHERE = (
    "SELECT proposal.id, stage.kind, stage.number FROM proposal JOIN stage ON stage.id = stage_id"
    " ORDER BY proposal.id"
)


def test_stages_survive_the_way_back_and_forth(database_kind, make_database):
    with filled(database_kind, make_database) as portal:
        stages, where = portal.rows(STAGES), portal.rows(WHERE)
        portal.below(PLANNED)
        kept = portal.rows("SELECT number, status FROM stage ORDER BY id")
        numbers = portal.rows("SELECT id, stage FROM proposal WHERE stage IS NOT NULL ORDER BY id")
        portal.up("head")
        again, where_again = portal.rows(STAGES), portal.rows(WHERE)

    assert {(kind, status) for _code, _n, _at, kind, status, *_ in stages} == {
        ("admissibility", "planned"),
        ("eligibility", "planned"),
        ("individual_review", "planned"),
        ("admissibility", "closed"),
        ("eligibility", "closed"),
        ("individual_review", "open"),
        ("individual_review", "closed"),
    }
    assert kept == [(1, "closed"), (1, "open")] or kept == [(1, "open"), (1, "closed")]
    assert len(numbers) == len(where) > 0
    assert numbers == [(proposal, number) for proposal, _kind, number in where]
    assert (again, where_again) == (stages, where)


def test_a_check_that_has_begun_is_open(database_kind, make_database):
    with filled(database_kind, make_database) as portal:
        portal.below(PLANNED)
        [(call,)] = portal.rows("SELECT id FROM call WHERE code = 'IUC-2019'")
        portal.execute("UPDATE proposal SET stage = NULL WHERE call_id = :call", call=call)
        for table in ("mark", "review"):
            portal.execute(f"DELETE FROM {table}")
        portal.execute("DELETE FROM assignment")
        portal.execute("DELETE FROM ranking_place")
        portal.execute("DELETE FROM ranking")
        portal.execute("DELETE FROM stage WHERE call_id = :call", call=call)
        first = "SELECT MIN(id) FROM proposal WHERE call_id = :call"
        portal.execute(f"UPDATE proposal SET status = 'submitted' WHERE id = ({first})", call=call)
        portal.up("head")
        found = portal.rows(
            "SELECT kind, status FROM stage WHERE call_id = :call ORDER BY position", call=call
        )

    assert found == [
        ("admissibility", "open"),
        ("eligibility", "open"),
        ("individual_review", "planned"),
    ]

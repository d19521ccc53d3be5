"""Entries of the calendar that are there already say since when after their migration."""

import pytest

from tests.support.migrating import filled

pytestmark = pytest.mark.both_databases

CALENDAR = "0c4de7719ab2"


def test_entries_know_since_when_after_the_way_back_and_forth(database_kind, make_database):
    with filled(database_kind, make_database) as portal:
        delivered = portal.rows(
            "SELECT project_id, title, held_on, accepted_at FROM deliverable"
            " JOIN planned_deliverable ON planned_deliverable.id = planned_id"
            " WHERE accepted_at IS NOT NULL ORDER BY deliverable.id LIMIT 1"
        )[0]
        first = portal.rows("SELECT min(id) FROM event")[0][0]
        portal.execute(
            "UPDATE event SET project_id = :project, title = :title, starts_on = :day,"
            " ends_on = :day, revision = 3 WHERE id = :first",
            project=delivered[0],
            title=delivered[1],
            day=delivered[2],
            first=first,
        )
        portal.below(CALENDAR)
        columns = portal.columns("event")
        portal.up("head")
        after = portal.rows("SELECT entered_at, revision FROM event ORDER BY id")

    assert not columns & {"entered_at", "revision"}
    assert after[0] == (delivered[3], 0)
    assert set(after[1:]) == {(None, 0)}

"""Members stay members through the migration that knows authorised officers."""

import pytest

from tests.support.migrating import filled

pytestmark = pytest.mark.both_databases

OFFICERS = "a6e41c07b9d2"
MEMBERS = "SELECT id, person_id, organisation_id, since FROM membership ORDER BY id"


def test_members_survive_the_way_back_and_forth(database_kind, make_database):
    with filled(database_kind, make_database) as portal:
        before = portal.rows(MEMBERS)
        (number, person), (other, _other) = [it[:2] for it in before[:2]]
        portal.execute(
            "UPDATE membership SET authorised_at = since, authorised_by_id = ("
            "SELECT min(id) FROM person WHERE id <> :person) WHERE id = :number",
            person=person,
            number=number,
        )
        portal.below(OFFICERS)
        columns, members = portal.columns("membership"), portal.rows(MEMBERS)
        portal.up("head")
        after = portal.rows(MEMBERS)
        officers = portal.rows("SELECT id FROM membership WHERE authorised_at IS NOT NULL")

    assert other != number
    assert not {"authorised_at", "authorised_by_id"} & columns
    assert members == after == before
    assert officers == []

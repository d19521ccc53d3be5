"""Passwords move from people to their identities and back, and open the same doors."""

import pytest

from grants.accounts import passwords
from tests.support import world
from tests.support.migrating import filled

pytestmark = pytest.mark.both_databases

IDENTITIES = "e27c94b18d05"
KEPT = """SELECT person_id, kind, secret, created_at FROM identity ORDER BY person_id"""


def test_passwords_survive_the_way_back_and_forth(database_kind, make_database):
    with filled(database_kind, make_database) as portal:
        without = portal.rows("SELECT max(id) FROM person")[0][0]
        portal.execute("DELETE FROM identity WHERE person_id = :person", person=without)
        before = portal.rows(KEPT)
        tables = portal.below(IDENTITIES)
        people = portal.rows("SELECT id, password FROM person ORDER BY id")
        portal.up("head")
        after, columns = portal.rows(KEPT), portal.columns("person")

    assert "identity" not in tables
    assert "password" not in columns
    assert dict(people) == {row[0]: row[2] for row in before} | {without: ""}
    assert after == before
    assert passwords.matches(world.PASSWORD, after[0][2])

"""Organisations that are there already are found and ordered by their names after it."""

import pytest

from tests.support.migrating import filled

pytestmark = pytest.mark.both_databases

NAMES = "d81f5c0b7e34"


def test_names_without_accents_survive_the_way_back_and_forth(database_kind, make_database):
    with filled(database_kind, make_database) as portal:
        before = portal.rows("SELECT name, name_key FROM organisation ORDER BY id")
        portal.below(NAMES)
        columns = portal.columns("organisation")
        portal.up("head")
        after = portal.rows("SELECT name, name_key FROM organisation ORDER BY id")

    assert "name_key" not in columns
    assert after == before
    assert ("Miasto Łódź", "miasto lodz") in after

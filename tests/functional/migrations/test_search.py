"""Proposals that are there already are found and ordered after the search was made."""

import pytest

from tests.support.migrating import Filled, filled

pytestmark = pytest.mark.both_databases

WORDS = "b3f6c2d8e915"


def test_what_is_searched_survives_the_way_back_and_forth(database_kind, make_database):
    with filled(database_kind, make_database) as portal:
        before, proposals = kept(portal), portal.rows("SELECT id FROM proposal ORDER BY id")
        tables = portal.below(WORDS)
        portal.up("head")
        after = kept(portal)

    assert not tables & {"proposal_words", "proposal_text"}
    assert [(number,) for number, *_ in after] == proposals
    assert after == before
    assert any("granada" in words for *_, words in after)


def kept(portal: Filled) -> list[tuple[object, ...]]:
    """Read what proposals are found and ordered by; on SQLite another table searches."""
    if portal.connection.dialect.name == "sqlite":
        return portal.rows(
            "SELECT w.proposal_id, title_key, organisation_key, t.words FROM proposal_words w"
            " JOIN proposal_text t ON t.rowid = w.proposal_id ORDER BY w.proposal_id"
        )
    return portal.rows(
        "SELECT proposal_id, title_key, organisation_key, CAST(words AS text)"
        " FROM proposal_words ORDER BY proposal_id"
    )

"""Rankings that were computed already are shown place by place after their migration."""

import pytest
from sqlalchemy.orm import Session, undefer

from grants.evaluation.models import Ranking
from tests.support.migrating import filled

pytestmark = pytest.mark.both_databases

RANKED = "e5a90d714c3b"
PLACES = "SELECT position, reference FROM ranking_place ORDER BY ranking_id, position"


def test_the_places_of_a_ranking_survive_the_way_back_and_forth(database_kind, make_database):
    with filled(database_kind, make_database) as portal:
        before = portal.rows(PLACES)
        tables, columns = portal.below(RANKED), portal.columns("ranking")
        portal.up("head")
        after = portal.rows(PLACES)
        with Session(portal.connection) as session:
            ranking = session.query(Ranking).options(undefer(Ranking.result)).one()
            whole, summary = ranking.result, ranking.summary
            places = [each.place for each in ranking.places]

    assert "ranking_place" not in tables
    assert "summary" not in columns
    assert len(after) == 14
    assert after == before
    assert places == whole["places"]
    assert summary == {**whole, "places": 14}

"""What reviewers wrote stays theirs when it is kept apart from who was asked."""

import pytest

from tests.support.migrating import filled

pytestmark = pytest.mark.both_databases

APART = "1f6b08d2c7e4"
WRITTEN = (
    "version_id, saved_at, submitted_at, first_submitted_at, revision, tab,"
    " overall_comment, private_comment"
)
SAID = f"SELECT assignment_id, {WRITTEN} FROM review ORDER BY assignment_id"
SCORES = (
    "SELECT assignment_id, code, halves FROM mark JOIN review ON review.id = review_id"
    " ORDER BY assignment_id, code"
)
SCORES_BEFORE = "SELECT assignment_id, code, halves FROM mark ORDER BY assignment_id, code"


def test_reviews_survive_the_way_back_and_forth(database_kind, make_database):
    with filled(database_kind, make_database) as portal:
        # Numbers need not run alike: the scores of the first are those of one that was just asked.
        unmarked = "SELECT MIN(id) FROM review WHERE id NOT IN (SELECT review_id FROM mark)"
        [(last,)] = portal.rows(unmarked)
        portal.execute("UPDATE review SET id = 1000 WHERE id = :last", last=last)
        portal.execute("UPDATE mark SET review_id = 1000 WHERE review_id = 1")
        portal.execute("UPDATE review SET first_submitted_at = submitted_at")
        said, scores = portal.rows(SAID), portal.rows(SCORES)
        tables = portal.below(APART)
        together = portal.rows(f"SELECT id, {WRITTEN} FROM assignment ORDER BY id")
        scores_before = portal.rows(SCORES_BEFORE)
        portal.up("head")
        again, scores_again = portal.rows(SAID), portal.rows(SCORES)
        numbers = portal.rows("SELECT id - assignment_id FROM review")
        portal.execute("DELETE FROM mark WHERE review_id = 1")
        portal.execute("DELETE FROM review WHERE id = 1")
        portal.execute(
            "INSERT INTO review (assignment_id, version_id, revision, tab, overall_comment,"
            " private_comment) VALUES (1, 1, 0, '', '', '')"
        )

    assert "review" not in tables
    assert (last, "impact") in [(whose, code) for whose, code, _halves in scores]
    assert together == said == again
    assert scores_before == scores == scores_again
    assert set(numbers) == {(0,)}


def test_what_was_handed_in_has_its_moment_again_on_the_way_back(database_kind, make_database):
    with filled(database_kind, make_database) as portal:
        portal.below(APART)
        with pytest.raises(Exception, match="submitted"):
            portal.execute("UPDATE assignment SET submitted_at = NULL WHERE status = 'locked'")

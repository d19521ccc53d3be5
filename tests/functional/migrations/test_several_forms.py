"""What was submitted before a proposal could answer several forms keeps the form it answered."""

import pytest

from tests.support.migrating import filled

pytestmark = pytest.mark.both_databases

SEVERAL = "4b7d1f90c2ae"
VERSIONS = "SELECT id, form_id FROM proposal_version ORDER BY id"
STAGES = "SELECT id, phase, plan, entry, form_id, writing_closes_at FROM stage ORDER BY id"


def test_versions_keep_their_form_on_the_way_back_and_forth(database_kind, make_database):
    with filled(database_kind, make_database) as portal:
        versions, stages = portal.rows(VERSIONS), portal.rows(STAGES)
        portal.below(SEVERAL)
        forms = dict(portal.rows("SELECT id, form_id FROM proposal"))
        answered = portal.rows("SELECT id, proposal_id FROM proposal_version ORDER BY id")
        portal.up("head")
        again, stages_again = portal.rows(VERSIONS), portal.rows(STAGES)

    assert again == versions == [(number, forms[proposal]) for number, proposal in answered]
    assert len(versions) > 0
    assert stages_again == stages

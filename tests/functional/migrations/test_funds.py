"""Funds show themselves as the portal after their migration, and forms are their funds'."""

import pytest

from tests.support.migrating import filled

pytestmark = pytest.mark.both_databases

SETTINGS = "b61e0f9d2a47"


def test_forms_belong_to_the_fund_that_asks_them_after_the_way_back_and_forth(
    database_kind, make_database
):
    with filled(database_kind, make_database) as portal:
        [fund] = portal.rows("SELECT id FROM fund")[0]
        programme = portal.rows("SELECT programme_id FROM fund")[0][0]
        forms = portal.rows("SELECT id, code, number, sha256 FROM form_version ORDER BY id")
        portal.execute("UPDATE fund SET accent = '#800000', summary = 'Words'")
        portal.below(SETTINGS)
        columns = portal.columns("fund") | portal.columns("form_version")
        portal.execute(
            "INSERT INTO fund (code, name, contact_email, programme_id)"
            " VALUES ('OTHER', 'Other', 'o@example.org', :programme)",
            programme=programme,
        )
        portal.execute(
            "INSERT INTO form_version (code, number, title, definition, sha256, created_at)"
            " SELECT 'unasked', 1, title, definition, sha256, created_at FROM form_version"
            " WHERE id = :first",
            first=forms[0][0],
        )
        portal.up("head")
        after = portal.rows("SELECT id, code, number, sha256 FROM form_version ORDER BY id")
        owners = dict(portal.rows("SELECT code, max(fund_id) FROM form_version GROUP BY code"))
        shown = portal.rows("SELECT accent, zone, registration, logo_png FROM fund ORDER BY id")

    assert not columns & {"accent", "languages", "registration", "fund_id", "logo_png"}
    assert after[: len(forms)] == forms
    assert owners == {forms[0][1]: fund, "unasked": None}
    assert shown == [(None, None, "open", None)] * 2

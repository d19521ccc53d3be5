"""What was agreed already is kept apart from its project by a migration, and put back."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from grants import models
from grants.kit.storage import make_storage
from grants.projects.documents.keeping import ProjectPapers
from tests.support.migrating import Filled, filled

pytestmark = pytest.mark.both_databases

AGREEMENTS = "b4d7e1f20c95"
BUDGET_LINES = "c85f02a6d3b1"
PLANNED = "d16e3b90f7a4"

AGREED = """SELECT p.reference, p.status, a.sequence, a.starts_on, a.ends_on, a.granted_cents,
a.total_cents, a.conditions, a.conditions_note, a.conditions_met_at, a.conditions_met_by_id,
a.signed_on, p.signed_on, a.signing_corrections
FROM project p JOIN agreement a ON a.id = p.agreement_id ORDER BY p.reference"""


def papers(portal: Filled) -> list[tuple[bytes, bytes]]:
    """Print what was agreed and what is owed, of every project."""
    with Session(portal.connection) as session:
        made = ProjectPapers(session, [].append, storage=make_storage("memory:"))
        query = sa.select(models.Project).order_by(models.Project.reference)
        return [
            (made.agreement(it), made.deliverables(it, as_team=True))
            for it in session.scalars(query)
        ]


def test_agreements_survive_the_way_back_and_forth(database_kind, make_database):
    with filled(database_kind, make_database) as portal:
        person = portal.rows("SELECT min(id) FROM person")[0][0]
        portal.execute(
            "UPDATE agreement SET conditions = 'A new budget.', conditions_note = 'File 7.',"
            " conditions_met_at = prepared_at, conditions_met_by_id = :person,"
            " signing_corrections = 2 WHERE signed_on IS NOT NULL",
            person=person,
        )
        before, printed = portal.rows(AGREED), papers(portal)
        tables, columns = portal.below(AGREEMENTS), portal.columns("project")
        back = portal.rows("SELECT signed_on, conditions FROM project ORDER BY reference")
        portal.up("head")
        after, again = portal.rows(AGREED), papers(portal)

    assert "agreement" not in tables
    assert {"starts_on", "conditions", "total_cents"} <= columns
    assert [row[1] for row in before] == ["running", "preparation"]
    assert back == [(before[0][11], "A new budget."), (None, "")]
    assert after == before
    assert again == printed


LINES = """SELECT agreement_id, position, code, name, total_cents, granted_cents
FROM budget_line ORDER BY agreement_id, position"""
PARTNERS = """SELECT agreement_id, position, name, kind, country, role, organisation_id
FROM partner ORDER BY agreement_id, position"""


def test_budgets_and_partners_survive_the_way_back_and_forth(database_kind, make_database):
    with filled(database_kind, make_database) as portal:
        known, name, country = portal.rows(
            "SELECT o.id, o.name, o.country FROM organisation o ORDER BY o.id LIMIT 1"
        )[0]
        portal.execute(
            "UPDATE partner SET name = :name, country = :country, organisation_id = :known"
            " WHERE position = 1 AND agreement_id = (SELECT min(id) FROM agreement)",
            name=name,
            country=country,
            known=known,
        )
        lines, partners, printed = portal.rows(LINES), portal.rows(PARTNERS), papers(portal)
        tables, columns = portal.below(BUDGET_LINES), portal.columns("project")
        portal.up("head")
        after = portal.rows(LINES), portal.rows(PARTNERS), papers(portal)

    assert not {"budget_line", "partner"} & tables
    assert {"budget", "partners"} <= columns
    assert len(lines) > len(printed)
    assert partners[0][-1] == known
    assert after == (lines, partners, printed)


OWED = """SELECT d.id, d.project_id, d.number, d.status, d.held_on, d.description, p.type, p.title,
p.description, p.due_on, p.proposed_due_on
FROM deliverable d JOIN planned_deliverable p ON p.id = d.planned_id ORDER BY d.id"""


def test_what_was_promised_survives_the_way_back_and_forth(database_kind, make_database):
    with filled(database_kind, make_database) as portal:
        portal.execute("UPDATE planned_deliverable SET due_on = '2020-09-30' WHERE number = 1")
        before, printed = portal.rows(OWED), papers(portal)
        tables, columns = portal.below(PLANNED), portal.columns("deliverable")
        promised = portal.rows("SELECT title, planned, due_on FROM deliverable ORDER BY id")
        portal.up("head")
        after, again = portal.rows(OWED), papers(portal)

    assert "planned_deliverable" not in tables
    assert {"type", "title", "planned", "due_on", "proposed_due_on"} <= columns
    assert promised == [(row[7], row[8], row[9]) for row in before]
    assert len(before) == 4
    assert after == before
    assert again == printed

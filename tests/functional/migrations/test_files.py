"""Files that were sent already belong to the same things after their migration."""

import pytest

from tests.support.migrating import filled

pytestmark = pytest.mark.both_databases

FILES = "93c4d70be15a"
BEFORE = "SELECT token, proposal_id, deliverable_id, storage_key, sha256 FROM file ORDER BY token"
AFTER = """SELECT f.token, p.id, d.id, f.storage_key, f.sha256 FROM file f
    JOIN dossier o ON o.id = f.dossier_id
    LEFT JOIN proposal p ON p.dossier_id = o.id AND o.kind = 'proposal'
    LEFT JOIN deliverable d ON d.dossier_id = o.id AND o.kind = 'deliverable'
    ORDER BY f.token"""
EVIDENCE = """INSERT INTO file (token, deliverable_id, field, name, content_type, size, sha256,
    storage_key, scan, uploaded_at, uploaded_by_id)
    SELECT 'evidence-' || d.id, d.id, 'evidence', 'list.pdf', 'application/pdf', 4, 'x', 'y',
    'clean', '2020-03-01 12:00:00', (SELECT MIN(id) FROM person) FROM deliverable d"""


def test_files_survive_the_way_back_and_forth(database_kind, make_database):
    with filled(database_kind, make_database) as portal:
        portal.below(FILES)
        columns = portal.columns("deliverable")
        portal.execute(EVIDENCE)
        before = portal.rows(BEFORE)
        portal.up("head")
        after = portal.rows(AFTER)
        kinds = portal.rows("SELECT kind, COUNT(*) FROM dossier GROUP BY kind ORDER BY kind")
        counts = [
            (kind, portal.rows(f"SELECT COUNT(*) FROM {kind}")[0][0])
            for kind in ("deliverable", "project", "proposal")
        ]
        portal.below(FILES)
        again = portal.rows(BEFORE)

    assert "dossier_id" not in columns
    assert len([row for row in before if row[1]]) > 10
    assert len([row for row in before if row[2]]) > 2
    assert before == after == again
    assert kinds == counts

"""Documents that were kept already are found again, byte for byte, after their migration."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from grants.kit.dossiers.documents import KeptDocuments
from grants.kit.dossiers.models import Document
from grants.kit.storage import make_storage
from grants.projects.models import Project
from grants.proposals.models import Proposal
from tests.support.migrating import filled

pytestmark = pytest.mark.both_databases

DOSSIERS = "d05a7c31e9b4"
OLD = "SELECT id, kind, proposal_id, number, storage_key, sha256, size FROM document ORDER BY id"
MINUTES = 26_395_485
LETTERS = {
    MINUTES * 6 + 2: (1, f"reserve/{MINUTES}"),
    MINUTES * 6 + 13: (2, f"award_with_conditions/{MINUTES + 2}"),
    MINUTES * 6 + 23: (3, f"reject_other/{MINUTES + 3}"),
}
"""Of one proposal: told of the reserve list, called up, and once more; the newest is kept first."""
KEPT = [
    *(("letter", number, *found) for number, found in reversed(LETTERS.items())),
    ("receipt", 1, 1, "version/1"),
    ("receipt", 3, 3, "version/3"),
    ("agreement", 1, 1, "draft"),
    ("agreement", 2, 2, "signature/0"),
    ("agreement", 4, 4, "signature/2"),
]


def keep(portal, storage):
    """Keep documents of all kinds of the first project's proposal, as they were kept before."""
    [(proposal, reference)] = portal.rows(
        "SELECT p.id, p.reference FROM proposal p JOIN project j ON j.proposal_id = p.id"
        " ORDER BY p.id LIMIT 1"
    )
    for kind, number, _sequence, _made_of in KEPT:
        stored = storage.put(f"{kind} {number}".encode())
        portal.execute(
            "INSERT INTO document (kind, proposal_id, number, storage_key, sha256, size, made_at)"
            " VALUES (:kind, :proposal, :number, :key, :sha256, :size, '2020-03-01 12:00:00')",
            kind=kind,
            proposal=proposal,
            number=number,
            key=stored.key,
            sha256=stored.sha256,
            size=stored.size,
        )
    return reference


def test_documents_survive_the_way_back_and_forth(database_kind, make_database):
    storage = make_storage("memory:")
    with filled(database_kind, make_database) as portal:
        tables = portal.below(DOSSIERS)
        reference = keep(portal, storage)
        before = portal.rows(OLD)
        portal.up(DOSSIERS)
        portal.below(DOSSIERS)
        between = portal.rows(OLD)
        portal.up("head")
        with Session(portal.connection) as session:
            kept = KeptDocuments(session, lambda _event: None, storage=storage)
            proposal = session.scalars(sa.select(Proposal).filter_by(reference=reference)).one()
            project = session.scalars(sa.select(Project).filter_by(proposal=proposal)).one()
            found = session.scalars(sa.select(Document).order_by(Document.id)).all()
            numbered = [(it.kind, it.sequence, it.reference) for it in found]
            dossiers = {it.dossier_id for it in found if it.kind == "agreement"}
            read = [kept.content(it) for it in found]
            receipt = kept.get(proposal, "receipt", "version/3")
            signed = kept.get(project, "agreement", "signature/2")
            assert receipt is not None
            assert signed is not None
            again = [kept.content(receipt), kept.content(signed)]
            opened = session.scalar(sa.select(sa.func.max(Proposal.dossier_id)))
            new = Proposal(
                reference="X",
                call=proposal.call,
                organisation=proposal.organisation,
                form=proposal.form,
                started_by=proposal.started_by,
                started_at=found[0].made_at,
                saved_at=found[0].made_at,
            )
            session.add(new)
            session.flush()
            after = kept.keep(new, "receipt", "version/1", lambda: b"new")
            third = kept.keep(project, "agreement", "signature/3", lambda: b"corrected")
            assert (after.sequence, third.sequence) == (1, 5)
            assert new.dossier_id > max(opened, project.dossier_id)
            assert dossiers == {project.dossier_id}

    assert "dossier" not in tables
    assert before == between
    assert numbered == [
        (kind, sequence, f"{reference}/{kind}-{number}")
        for kind, number, sequence, _made_of in KEPT
    ]
    assert read == [f"{kind} {number}".encode() for kind, number, *_rest in KEPT]
    assert again == [b"receipt 3", b"agreement 4"]

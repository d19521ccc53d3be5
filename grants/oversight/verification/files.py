"""Files and documents: their bytes, by their hashes."""

import hashlib
from collections.abc import Iterator, Mapping

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from grants.kit.dossiers.models import Document, File
from grants.kit.storage import NotStored, Storage
from grants.oversight.verification.entries import Entries, Finding
from grants.projects.models import Deliverable
from grants.projects.service.projects import deliverable_reference
from grants.proposals.models import Proposal, ProposalVersion
from grants.rules.workflow import DELIVERABLE_STEPS


def findings(session: Session, storage: Storage, entries: Entries) -> Iterator[Finding]:
    """Read every file once and compare it; then the hashes with what was submitted with them."""
    known = {}
    places = _places(session)
    for file in session.scalars(sa.select(File).order_by(File.id)):
        known[file.token] = file.sha256
        place = places[file.dossier_id]
        yield from _bytes(storage, f"{place}, file “{file.name}”", file.storage_key, file.sha256)
    yield from _frozen(session, known)
    yield from _evidence(session, entries)
    yield from _documents(session, storage, entries)


def _documents(session: Session, storage: Storage, entries: Entries) -> Iterator[Finding]:
    """Compare what was printed and kept; since the ledger keeps documents, it knows each."""
    kept_since = min((it.at for it in entries.of_kind("document")), default=None)
    for document in session.scalars(sa.select(Document).order_by(Document.id)):
        reference = document.reference
        yield from _bytes(storage, reference, document.storage_key, document.sha256)
        kept = entries.last("document", reference, "keep")
        if kept is None and kept_since is not None and document.made_at > kept_since:
            yield Finding(reference=reference, what="the ledger does not know this document")
        if kept is not None and kept.facts.get("sha256") != document.sha256:
            yield Finding(reference=reference, what="its hash is not the one in the ledger")


def _bytes(storage: Storage, reference: str, key: str, sha256: str) -> Iterator[Finding]:
    digest = hashlib.sha256()
    try:
        for part in storage.open(key):
            digest.update(part)
    except NotStored:
        yield Finding(reference=reference, what="its bytes are not in the storage")
        return
    if digest.hexdigest() != sha256:
        yield Finding(reference=reference, what="its bytes do not agree with its hash")


def _places(session: Session) -> Mapping[int, str]:
    """Name what has files, by its dossier."""
    owed = session.scalars(sa.select(Deliverable).options(joinedload(Deliverable.project)))
    found = dict(session.execute(sa.select(Proposal.dossier_id, Proposal.reference)).all())
    return found | {it.dossier_id: deliverable_reference(it) for it in owed}


def _frozen(session: Session, known: dict[str, str]) -> Iterator[Finding]:
    versions = sa.select(ProposalVersion.receipt, ProposalVersion.content)
    for receipt, content in session.execute(versions.execution_options(yield_per=100)):
        for file in content["files"]:
            if known.get(file["token"]) != file["sha256"]:
                what = f"its file “{file['name']}” is not the one that was submitted"
                yield Finding(reference=receipt, what=what)


def _evidence(session: Session, entries: Entries) -> Iterator[Finding]:
    for it in session.scalars(sa.select(Deliverable).order_by(Deliverable.id)):
        reference = deliverable_reference(it)
        delivered = entries.last(DELIVERABLE_STEPS.noun, reference, "deliver")
        if delivered is None or it.status.value not in ("delivered", "accepted"):
            continue
        if sorted(delivered.facts.get("evidence", [])) != sorted(f.sha256 for f in it.evidence):
            yield Finding(reference=reference, what="its evidence is not what was delivered")

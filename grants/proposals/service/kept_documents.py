"""Documents that are made once and kept: what was sent is what is shown years later."""

from collections.abc import Callable
from dataclasses import dataclass, field

from sqlalchemy import select

from grants.kit.service import Service
from grants.kit.storage import Storage
from grants.proposals.models import Document, DocumentKind, Proposal


@dataclass(frozen=True, slots=True)
class KeptDocuments(Service):
    """All documents that the portal keeps."""

    storage: Storage = field(kw_only=True)

    def get(self, kind: DocumentKind, proposal: Proposal, number: int = 1) -> Document | None:
        """Find a document that was made before."""
        return self.db.scalar(
            select(Document).where(
                Document.kind == kind,
                Document.proposal_id == proposal.id,
                Document.number == number,
            )
        )

    def keep(
        self, kind: DocumentKind, proposal: Proposal, number: int, make: Callable[[], bytes]
    ) -> Document:
        """Return the document, and make it if it is not there yet.

        Two who make it at once clash on its unique key; the second is run again
        and finds the first one's.
        """
        if found := self.get(kind, proposal, number):
            return found
        stored = self.storage.put(make())
        document = Document(
            kind=kind,
            proposal_id=proposal.id,
            number=number,
            storage_key=stored.key,
            sha256=stored.sha256,
            size=stored.size,
            made_at=self.clock(),
        )
        document.proposal = proposal
        self.db.add(document)
        self.db.flush()
        self.record(
            "keep",
            "document",
            document_reference(document),
            by=None,
            facts={"sha256": document.sha256, "size": document.size},
        )
        return document

    def content(self, document: Document) -> bytes:
        """Return a document's bytes. Raises FileChanged if they are not those that were kept."""
        return self.storage.checked(document.storage_key, document.sha256)


def document_reference(document: Document) -> str:
    """Name a document in the ledger."""
    return f"{document.proposal.reference}/{document.kind}-{document.number}"

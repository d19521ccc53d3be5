"""Documents that are made once and kept: what was sent is what is shown years later."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

import sqlalchemy as sa
from sqlalchemy import select

from grants.kit.dossiers.models import Document
from grants.kit.service import Service
from grants.kit.storage import Storage


class Documented(Protocol):
    """Anything that has a dossier, and a reference by which people know it."""

    @property
    def dossier_id(self) -> int:
        """Where its documents are."""
        ...

    @property
    def reference(self) -> str:
        """What its documents are named after."""
        ...


@dataclass(frozen=True, slots=True)
class KeptDocuments(Service):
    """All documents that the portal keeps.

    A document is found again by what it was made of, a state of its subject that an area names
    in its own words; its number among those of its kind follows from when it was made.
    """

    storage: Storage = field(kw_only=True)

    def get(self, subject: Documented, kind: str, made_of: str) -> Document | None:
        """Find a document that was made before."""
        return self.db.scalar(
            select(Document).where(
                Document.dossier_id == subject.dossier_id,
                Document.kind == kind,
                Document.made_of == made_of,
            )
        )

    def keep(
        self, subject: Documented, kind: str, made_of: str, make: Callable[[], bytes]
    ) -> Document:
        """Return the document, and make it if it is not there yet.

        Two who make it at once clash on its unique keys; the second is run again
        and finds the first one's.
        """
        if found := self.get(subject, kind, made_of):
            return found
        stored = self.storage.put(make())
        last = select(sa.func.max(Document.sequence)).where(
            Document.dossier_id == subject.dossier_id, Document.kind == kind
        )
        sequence = (self.db.scalar(last) or 0) + 1
        document = Document(
            dossier_id=subject.dossier_id,
            kind=kind,
            sequence=sequence,
            made_of=made_of,
            reference=f"{subject.reference}/{kind}-{sequence}",
            storage_key=stored.key,
            sha256=stored.sha256,
            size=stored.size,
            made_at=self.clock(),
        )
        self.db.add(document)
        self.db.flush()
        self.record(
            "keep",
            "document",
            document.reference,
            by=None,
            facts={"sha256": document.sha256, "size": document.size},
        )
        return document

    def content(self, document: Document) -> bytes:
        """Return a document's bytes. Raises FileChanged if they are not those that were kept."""
        return self.storage.checked(document.storage_key, document.sha256)

"""Documents that are made once and kept."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from grants.kit.tables import Base, Id
from grants.models.proposal import Proposal


class DocumentKind(StrEnum):
    """The documents that the portal makes and keeps."""

    RECEIPT = "receipt"
    LETTER = "letter"
    AGREEMENT = "agreement"


class Document(Base):
    """A PDF that was made once and kept: what was sent is what is shown years later."""

    __tablename__ = "document"
    __table_args__ = (
        Index("uq_document_kind_proposal_number", "kind", "proposal_id", "number", unique=True),
    )

    id: Mapped[Id]
    kind: Mapped[DocumentKind]
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"), index=True)
    number: Mapped[int]
    """The version of the proposal (receipt), or 1."""
    storage_key: Mapped[str]
    sha256: Mapped[str]
    size: Mapped[int]
    made_at: Mapped[datetime]

    proposal: Mapped[Proposal] = relationship()

"""Dossiers: what holds together the files and documents of one thing, whatever the thing is."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, ForeignKey, Index, event
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from grants.kit.database.tables import Base, Id
from grants.kit.uploads.scanning import Scan

if TYPE_CHECKING:
    from grants.accounts.models import Person


class Dossier(Base):
    """Where the files and documents of one thing are: a proposal, a project, a deliverable.

    Each such thing points at its own (see `HasDossier`), so that what is kept needs one key,
    which the database holds, and not a column for each kind of thing.
    """

    __tablename__ = "dossier"

    id: Mapped[Id]
    kind: Mapped[str]
    """The table of the thing that it belongs to."""


class HasDossier:
    """A row that has a dossier of its own, opened with it and never shared or left."""

    __tablename__: str

    @declared_attr
    def dossier_id(self) -> Mapped[int]:
        """The dossier's number."""
        return mapped_column(ForeignKey("dossier.id"), unique=True)

    @declared_attr
    def dossier(self) -> Mapped[Dossier]:
        """The dossier."""
        return relationship(Dossier)


@event.listens_for(HasDossier, "init", propagate=True)
def _open(row: HasDossier, _args: object, given: dict[str, Any]) -> None:
    """Open a dossier with each new row."""
    given.setdefault("dossier", Dossier(kind=row.__tablename__))


class File(Base):
    """An uploaded file: its bytes are in the storage, everything else is here."""

    __tablename__ = "file"

    id: Mapped[Id]
    token: Mapped[str] = mapped_column(unique=True)
    """How addresses and answers name it: random, so that nobody can count files."""
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"), index=True)
    field: Mapped[str] = mapped_column(default="")
    name: Mapped[str]
    content_type: Mapped[str]
    size: Mapped[int]
    sha256: Mapped[str]
    storage_key: Mapped[str]
    scan: Mapped[Scan] = mapped_column(default=Scan.UNSCANNED)
    uploaded_at: Mapped[datetime]
    uploaded_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    removed_at: Mapped[datetime | None]

    dossier: Mapped[Dossier] = relationship()
    uploaded_by: Mapped[Person] = relationship()


class Document(Base):
    """A PDF that was made once and kept: what was sent is what is shown years later.

    Documents of one kind are numbered 1, 2, 3 ... in each dossier.
    """

    __tablename__ = "document"
    __table_args__ = (
        CheckConstraint("sequence > 0", name="sequence"),
        Index("uq_document_sequence", "dossier_id", "kind", "sequence", unique=True),
        Index("uq_document_made_of", "dossier_id", "kind", "made_of", unique=True),
    )

    id: Mapped[Id]
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"))
    kind: Mapped[str] = mapped_column(sa.String(40))
    """Named by the area that makes it: receipt, letter, agreement."""
    sequence: Mapped[int]
    made_of: Mapped[str]
    """Which state of the thing it tells, in the words of its area: version/2, decision/1."""
    reference: Mapped[str] = mapped_column(unique=True)
    """How the ledger names it."""
    storage_key: Mapped[str]
    sha256: Mapped[str]
    size: Mapped[int]
    made_at: Mapped[datetime]

    dossier: Mapped[Dossier] = relationship()

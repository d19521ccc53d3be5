"""What draws among tied proposals follow from: committed before, revealed after."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from grants.calls.models.calls import Call
from grants.kit.database.tables import Base, Id


class DrawSeed(Base):
    """The seed of all draws of a call: nobody reads it before the first of them is held."""

    __tablename__ = "draw_seed"

    id: Mapped[Id]
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id"), unique=True)
    sha256: Mapped[str] = mapped_column(String(64))
    """Of the seed: what the public sees from the beginning."""
    secret: Mapped[str] = mapped_column(deferred=True)
    """The seed itself: read by draws and by verification, and shown only as `seed`."""
    committed_at: Mapped[datetime]
    revealed_at: Mapped[datetime | None]

    call: Mapped[Call] = relationship(back_populates="draw_seed")

    @property
    def seed(self) -> str:
        """The seed once it is revealed; nothing before."""
        return self.secret if self.revealed_at else ""

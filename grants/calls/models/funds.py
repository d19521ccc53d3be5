"""Programmes and their funds, with how each fund shows itself; the forms that funds keep."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from grants.kit.database.tables import Base, Id
from grants.rules.scope import Scope


class Programme(Base):
    """The policy programme."""

    __tablename__ = "programme"

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    summary: Mapped[str] = mapped_column(default="")

    strands: Mapped[list[Strand]] = relationship(
        back_populates="programme", order_by=lambda: Strand.number
    )
    funds: Mapped[list[Fund]] = relationship(back_populates="programme")


class Strand(Base):
    """A line of work of the programme."""

    __tablename__ = "strand"

    id: Mapped[Id]
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"), index=True)
    number: Mapped[int]
    name: Mapped[str]
    summary: Mapped[str] = mapped_column(default="")

    programme: Mapped[Programme] = relationship(back_populates="strands")


class Fund(Base):
    """The competitive fund of a programme: the body with the money."""

    __tablename__ = "fund"

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    contact_email: Mapped[str]
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"), index=True)

    programme: Mapped[Programme] = relationship(back_populates="funds")
    topics: Mapped[list[Topic]] = relationship(back_populates="fund", order_by=lambda: Topic.name)

    @property
    def scope(self) -> Scope:
        """Where it belongs."""
        return Scope(fund_id=self.id)


class Topic(Base):
    """A theme that the fund pays for."""

    __tablename__ = "topic"

    id: Mapped[Id]
    fund_id: Mapped[int] = mapped_column(ForeignKey("fund.id"), index=True)
    code: Mapped[str]
    name: Mapped[str]

    fund: Mapped[Fund] = relationship(back_populates="topics")


class FormVersion(Base):
    """What a call asks, as data. A version never changes; the next one has a new number."""

    __tablename__ = "form_version"
    __table_args__ = (Index("uq_form_version_code_number", "code", "number", unique=True),)

    id: Mapped[Id]
    code: Mapped[str]
    number: Mapped[int]
    title: Mapped[str]
    definition: Mapped[dict[str, Any]]
    """See `grants.rules.forms.definition`."""
    sha256: Mapped[str]
    created_at: Mapped[datetime]

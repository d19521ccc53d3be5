"""Programmes and their funds, with how each fund shows itself; the forms that funds keep."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from grants.kit.branding import Branding, Logo
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


class Registration(StrEnum):
    """Which organisations may start proposals under a fund's calls."""

    OPEN = "open"
    """Each that registers."""
    LISTED = "listed"
    """Those that the fund has put on its list."""


class Fund(Base):
    """The competitive fund of a programme: the body with the money, and how it shows itself."""

    __tablename__ = "fund"
    __table_args__ = (
        CheckConstraint(
            "(logo_png IS NULL) = (logo_sha256 IS NULL)"
            " AND (logo_png IS NULL) = (logo_width IS NULL)"
            " AND (logo_png IS NULL) = (logo_height IS NULL)",
            name="logo",
        ),
    )

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    contact_email: Mapped[str]
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"), index=True)

    summary: Mapped[str] = mapped_column(default="", server_default="")
    """What it is for, on its public page."""
    accent: Mapped[str | None]
    """A colour as #rrggbb; none: the portal's."""
    zone: Mapped[str | None]
    """Whose clock tells the moments that no call's zone does; none: the portal's."""
    languages: Mapped[list[str]] = mapped_column(default=list)
    """Codes, the first being its main language; none: all of the portal."""
    run_by: Mapped[str] = mapped_column(default="", server_default="")
    """Who stands behind it, for the foot of its pages; empty: who runs the portal."""
    registration: Mapped[Registration] = mapped_column(
        default=Registration.OPEN, server_default=Registration.OPEN.value
    )
    logo_png: Mapped[bytes | None] = mapped_column(deferred=True)
    """Small enough for a row; pages take its address, papers the picture."""
    logo_sha256: Mapped[str | None]
    logo_width: Mapped[int | None]
    logo_height: Mapped[int | None]

    programme: Mapped[Programme] = relationship(back_populates="funds")
    topics: Mapped[list[Topic]] = relationship(back_populates="fund", order_by=lambda: Topic.name)

    @property
    def logo(self) -> Logo | None:
        """The picture that stands beside its name."""
        if not (self.logo_sha256 and self.logo_width and self.logo_height):
            return None
        return Logo(sha256=self.logo_sha256, width=self.logo_width, height=self.logo_height)

    def branded(self, portal: Branding) -> Branding:
        """Return how it shows itself: in its own way where it set one, else as the portal does."""
        own = tuple(it for it in self.languages if it in portal.languages)
        return Branding(
            name=self.name,
            accent=self.accent or portal.accent,
            zone=self.zone or portal.zone,
            languages=own or portal.languages,
            run_by=self.run_by or portal.run_by,
            reply_to=self.contact_email,
            logo=self.logo,
        )

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


class ListedOrganisation(Base):
    """An organisation that may start proposals where a fund takes them from listed ones alone."""

    __tablename__ = "listed_organisation"

    fund_id: Mapped[int] = mapped_column(ForeignKey("fund.id"), primary_key=True)
    organisation_id: Mapped[int] = mapped_column(
        ForeignKey("organisation.id"), primary_key=True, index=True
    )
    listed_at: Mapped[datetime]
    listed_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))


class FormVersion(Base):
    """What a call asks, as data. A version never changes; the next one has a new number."""

    __tablename__ = "form_version"
    __table_args__ = (Index("uq_form_version_code_number", "code", "number", unique=True),)

    id: Mapped[Id]
    fund_id: Mapped[int | None] = mapped_column(ForeignKey("fund.id"), index=True)
    """Whose calls may ask it; none: those of every fund."""
    code: Mapped[str]
    number: Mapped[int]
    title: Mapped[str]
    definition: Mapped[dict[str, Any]]
    """See `grants.rules.forms.definition`."""
    sha256: Mapped[str]
    created_at: Mapped[datetime]

"""Organisations, and the cities among them that cooperate."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Table
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from grants.kit.database.tables import Base, Id
from grants.kit.text_search import folded

if TYPE_CHECKING:
    from grants.accounts.models import Membership
    from grants.calls.models import Topic


class OrganisationKind(StrEnum):
    """What an organisation is."""

    CITY = "city"
    CLUSTER = "cluster"
    COMPANY = "company"
    ACADEMIC = "academic"
    NGO = "ngo"


class PilotStatus(StrEnum):
    """Whether a city is, or was, a pilot city of the programme."""

    NONE = "none"
    CURRENT = "current"
    FORMER = "former"


class Organisation(Base):
    """Who applies, takes part or is paired: a city, cluster, company, academic body or NGO."""

    __tablename__ = "organisation"
    __table_args__ = (
        CheckConstraint("population IS NULL OR population >= 0", name="population"),
        CheckConstraint("(pilot = 'none') = (pilot_from IS NULL)", name="pilot_dates"),
        Index("ix_organisation_name_key", "name_key", "id"),
    )

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(unique=True)
    name_key: Mapped[str] = mapped_column(server_default="")
    """The name without case and accents, by which it is found and ordered."""
    kind: Mapped[OrganisationKind]
    country: Mapped[str]
    """ISO 3166-1 alpha-2."""
    population: Mapped[int | None]
    pilot: Mapped[PilotStatus] = mapped_column(default=PilotStatus.NONE)
    pilot_from: Mapped[date | None]
    pilot_until: Mapped[date | None]

    memberships: Mapped[list[Membership]] = relationship(back_populates="organisation")

    @validates("name")
    def _keep_key(self, _attribute: str, name: str) -> str:
        self.name_key = folded(name)
        return name


class PairingKind(StrEnum):
    """How many cities cooperate."""

    PAIR = "pair"
    TRIO = "trio"
    CLUSTER = "cluster"


pairing_city = Table(
    "pairing_city",
    Base.metadata,
    Column("pairing_id", ForeignKey("pairing.id"), primary_key=True),
    Column("organisation_id", ForeignKey("organisation.id"), primary_key=True),
)

pairing_topic = Table(
    "pairing_topic",
    Base.metadata,
    Column("pairing_id", ForeignKey("pairing.id"), primary_key=True),
    Column("topic_id", ForeignKey("topic.id"), primary_key=True),
)


class Pairing(Base):
    """Cities that cooperate: a pair, a trio or a cluster, with topics and SDGs."""

    __tablename__ = "pairing"

    id: Mapped[Id]
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"), index=True)
    name: Mapped[str]
    kind: Mapped[PairingKind]
    action_plan: Mapped[str] = mapped_column(default="")
    sdgs: Mapped[list[str]]
    """Numbers of the Sustainable Development Goals, "1" to "17"."""

    cities: Mapped[list[Organisation]] = relationship(
        secondary=pairing_city, order_by=Organisation.name
    )
    topics: Mapped[list[Topic]] = relationship(secondary=pairing_topic, order_by="Topic.name")

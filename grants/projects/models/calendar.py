"""The programme's public calendar."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from grants.kit.database.tables import Base, Id
from grants.projects.models.projects import Project


class Event(Base):
    """An entry of the programme's public calendar: all day or timed, on one or several days.

    All-day events have dates and no moments; timed ones have moments and the
    named zone in which they were announced.
    """

    __tablename__ = "event"
    __table_args__ = (
        CheckConstraint(
            "(starts_on IS NULL) <> (starts_at IS NULL)"
            " AND (starts_on IS NULL) = (ends_on IS NULL)"
            " AND (starts_at IS NULL) = (ends_at IS NULL)",
            name="all_day_or_timed",
        ),
        CheckConstraint("starts_on IS NULL OR starts_on <= ends_on", name="days"),
        CheckConstraint("starts_at IS NULL OR starts_at < ends_at", name="moments"),
    )

    id: Mapped[Id]
    token: Mapped[str] = mapped_column(unique=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"), index=True)
    project_id: Mapped[int | None] = mapped_column(ForeignKey("project.id"), index=True)
    title: Mapped[str]
    description: Mapped[str] = mapped_column(default="")
    place: Mapped[str] = mapped_column(default="")
    address: Mapped[str] = mapped_column(default="")
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    """The last day, included."""
    starts_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]
    zone: Mapped[str] = mapped_column(default="UTC")
    entered_at: Mapped[datetime | None]
    """When it was entered or changed last; not known of the oldest."""
    revision: Mapped[int] = mapped_column(default=0)
    """Counts the changes, for calendars that hold it already."""

    project: Mapped[Project | None] = relationship()

    @property
    def stamp(self) -> datetime:
        """The moment since when it says what it says; where that is not known, its beginning."""
        midnight = datetime.combine(self.first_day, time(), ZoneInfo(self.zone))
        return (self.entered_at or midnight).astimezone(UTC)

    @property
    def first_day(self) -> date:
        """The day on which it begins, where it was announced."""
        if self.starts_on is not None:
            return self.starts_on
        assert self.starts_at is not None  # noqa: S101  -- the CHECK says so
        return self.starts_at.astimezone(ZoneInfo(self.zone)).date()

    @property
    def last_day(self) -> date:
        """The day on which it ends, where it was announced."""
        if self.ends_on is not None:
            return self.ends_on
        assert self.ends_at is not None  # noqa: S101  -- the CHECK says so
        return self.ends_at.astimezone(ZoneInfo(self.zone)).date()

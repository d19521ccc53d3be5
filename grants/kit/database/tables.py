"""What all models share: types, names of constraints, and how enums are kept."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from enum import Enum
from fractions import Fraction
from typing import Annotated, Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

Id = Annotated[int, mapped_column(sa.Integer, primary_key=True)]

Cents = Annotated[int, mapped_column(sa.BigInteger)]
"""Money, in hundredths: exact on every database, with no rounding to explain."""

Json = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
"""Structured data that is read and written whole."""


def guarded_by(status: Mapped[Any]) -> dict[str, Any]:
    """Write a row only while it still has the status that was read.

    Where two people act at the same moment, PostgreSQL lets both read the old
    status. The second to write finds it gone, and its request begins again.
    """
    return {"version_id_col": status, "version_id_generator": False}


class Moment(sa.TypeDecorator[datetime]):
    """A point in time: always aware, always UTC, also on SQLite."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive times; store the others in UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a stored time needs a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give back UTC: SQLite forgets the zone, PostgreSQL answers in the session's."""
        if value is None:
            return None
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


class Exact(sa.TypeDecorator[Fraction]):
    """An exact number, kept as the text of a fraction: "2/3", "133/200" or "1"."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: Fraction | None, dialect: Dialect) -> str | None:
        """Write the fraction in its lowest terms."""
        return None if value is None else str(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Fraction | None:
        """Read it."""
        return None if value is None else Fraction(value)


class Base(DeclarativeBase):
    """The parent of all models."""

    metadata = sa.MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {
        datetime: Moment,
        date: sa.Date,
        Fraction: Exact,
        str: sa.Text,
        bytes: sa.LargeBinary,
        dict[str, Any]: Json,
        list[str]: Json,
        list[dict[str, Any]]: Json,
        # Kept as readable text, so that a new status needs no migration.
        Enum: sa.Enum(
            Enum,
            native_enum=False,
            length=40,
            values_callable=lambda kind: [member.value for member in kind],
        ),
    }


def columns(row: Base, *, but: Iterable[str] = ()) -> Mapping[str, object]:
    """Return all that the database keeps in a row, by the names of its columns."""
    names = [it.key for it in sa.inspect(type(row)).column_attrs]
    return {name: getattr(row, name) for name in names if name not in but}

"""All rows of a PostgreSQL database, read and written at once.

Making a database takes PostgreSQL longer than most tests take: the tests of a process use one,
whose rows are replaced. Whatever else a test changed there (tables, triggers, functions) is
noticed, and the database made anew.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, LiteralString, cast

import psycopg
import sqlalchemy as sa
from psycopg import sql

_CATALOGUE = """
SELECT 'column', c.relname, a.attname || ' ' || a.atttypid || ' ' || a.attgenerated::text
  FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
  WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
    AND a.attnum > 0 AND NOT a.attisdropped
UNION ALL SELECT c.relkind::text, c.relname, '' FROM pg_class c
  WHERE c.relnamespace = 'public'::regnamespace
UNION ALL SELECT 'trigger', c.relname, t.tgname || ' ' || t.tgenabled::text
  FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE NOT t.tgisinternal
UNION ALL SELECT 'constraint', conrelid::regclass::text, conname FROM pg_constraint
  WHERE connamespace = 'public'::regnamespace
UNION ALL SELECT 'function', proname, md5(prosrc) FROM pg_proc
  WHERE pronamespace = 'public'::regnamespace
"""
_OTHERS = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
  WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
_NOTHING = 21
"""Bytes of what PostgreSQL copies of an empty table: a header and an end."""

_open: dict[str, psycopg.Connection[Any]] = {}

Catalogue = frozenset[tuple[str, str, str]]
"""What a database is made of: of which kind, of what, and its name."""


@dataclass(frozen=True)
class Rows:
    """The rows of each table that has any, as PostgreSQL copies them, and how far it counted."""

    tables: dict[str, bytes] = field(default_factory=dict)
    sequences: dict[str, tuple[int, bool]] = field(default_factory=dict)


class Place:
    """A database for one test after the other."""

    def __init__(self, url: str, make: Callable[[], None]) -> None:
        """Take a database that is there; `make` puts an empty one in its place."""
        self._url, self._make = url, make
        with _connected(url) as connection:
            self._catalogue = _catalogue(connection)

    def emptied(self) -> str:
        """Return its URL, with no rows in it."""
        with _connected(self._url) as connection:
            as_made = _catalogue(connection) == self._catalogue
        if as_made:
            write(self._url, Rows())
        else:
            self.close()
            self._make()
        return self._url

    def close(self) -> None:
        """Let go of it."""
        _open.pop(self._url).close()


def read(url: str) -> Rows:
    """Read all that is in a database."""
    with _connected(url) as connection:
        found = {
            table: _copied(connection, table, columns)
            for table, columns in _tables(connection).items()
        }
        tables = {table: content for table, content in found.items() if len(content) > _NOTHING}
        return Rows(tables, {name: _counted(connection, name) for name in _sequences(connection)})


def write(url: str, rows: Rows) -> None:
    """Put these rows in the place of all that are there; whoever is connected is sent away."""
    with _connected(url) as connection:
        connection.execute(_OTHERS)
        # Past triggers and foreign keys: what is written was right when it was read.
        connection.execute("SET LOCAL session_replication_role = replica")
        tables, sequences = _tables(connection), _sequences(connection)
        emptying = [sql.SQL("DELETE FROM {}").format(_id(table)) for table in tables]
        counting = [
            sql.SQL("SELECT setval({}, {}, {})").format(
                sql.Literal(name), *map(sql.Literal, rows.sequences.get(name, (1, False)))
            )
            for name in sequences
        ]
        connection.execute(sql.SQL("; ").join([*emptying, *counting]))
        for table, content in rows.tables.items():
            with connection.cursor().copy(_copy(table, tables[table], "FROM STDIN")) as copied:
                copied.write(content)


def _copied(connection: psycopg.Connection[Any], table: str, columns: list[str]) -> bytes:
    with connection.cursor().copy(_copy(table, columns, "TO STDOUT")) as copied:
        return b"".join(bytes(part) for part in copied)


@contextmanager
def _connected(url: str) -> Iterator[psycopg.Connection[Any]]:
    """Work in a transaction of a connection that stays: it knows the tables from before."""
    connection = _open.get(url)
    if connection is None or connection.closed:
        plain = sa.make_url(url).set(drivername="postgresql")
        connection = _open[url] = psycopg.connect(plain.render_as_string(hide_password=False))
    with connection.transaction():
        yield connection


def _catalogue(connection: psycopg.Connection[Any]) -> Catalogue:
    return frozenset(connection.execute(cast("LiteralString", _CATALOGUE)).fetchall())


def _tables(connection: psycopg.Connection[Any]) -> dict[str, list[str]]:
    """List the tables with the columns that are not computed from others."""
    found: dict[str, list[str]] = {}
    for table, column in connection.execute(
        "SELECT c.relname, a.attname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid"
        " WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'"
        " AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' ORDER BY 1, a.attnum"
    ):
        found.setdefault(table, []).append(column)
    return found


def _sequences(connection: psycopg.Connection[Any]) -> list[str]:
    found = connection.execute(
        "SELECT relname FROM pg_class WHERE relkind = 'S'"
        " AND relnamespace = 'public'::regnamespace ORDER BY 1"
    )
    return [name for (name,) in found]


def _counted(connection: psycopg.Connection[Any], sequence: str) -> tuple[int, bool]:
    query = sql.SQL("SELECT last_value, is_called FROM {}").format(_id(sequence))
    (row,) = connection.execute(query).fetchall()
    return row[0], row[1]


def _copy(table: str, columns: list[str], where: LiteralString) -> sql.Composed:
    named = sql.SQL(", ").join(map(_id, columns))
    return sql.SQL("COPY {} ({}) " + where + " (FORMAT binary)").format(_id(table), named)


def _id(name: str) -> sql.Identifier:
    return sql.Identifier(name)

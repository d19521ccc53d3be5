"""Backups: a portal's database and files in a folder, made while it runs, and put back elsewhere.

A file is written before its row, under a key that is never used again, and removed after its row.
So the files are copied before the database and once more after it: all that the copy of the
database names is there, whatever was stored or deleted meanwhile.
"""

import json
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import URL

from grants import ledger
from grants.kit.database import db
from grants.kit.settings import Settings
from grants.kit.storage import NotStored, Storage, make_storage
from grants.ledger import Head
from grants.portal import Portal
from grants.rules.errors import Refused

SQLITE, POSTGRESQL = "sqlite", "postgresql"
MANIFEST = "backup.json"
"""What a backup says of itself. Written last: a folder without it is no backup."""
_DUMPS = {SQLITE: "database.sqlite", POSTGRESQL: "database.dump"}
_FILES = "files"


class NoBackup(Refused):
    """A backup cannot be made, or there is none to restore."""


@dataclass(frozen=True, kw_only=True)
class BackupManifest:
    """What a backup says of itself; `head` is the ledger's, before the database was copied."""

    database: str
    made_at: str
    files: int
    entries: int
    head: str


@dataclass
class Backup:
    """A backup on its way into a folder of its own."""

    portal: Portal
    folder: Path
    copied: set[str] = field(default_factory=set)

    def make(self) -> BackupManifest:
        """Copy everything. Raises NoBackup if something is in the folder already."""
        if self.folder.exists() and any(self.folder.iterdir()):
            raise NoBackup("{folder} is not empty: a backup has its own.", folder=self.folder)
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.files()
        head = self.database()
        self.files()
        return self._tell(head)

    def files(self) -> None:
        """Copy the files that are not copied yet; what is deleted meanwhile no row names."""
        there = _files(self.folder)
        for key in self.portal.storage.all_keys():
            if key not in self.copied:
                with suppress(NotStored):
                    self.portal.storage.copy(key, there)
                    self.copied.add(key)

    def database(self) -> Head:
        """Copy the database as it is at one moment; give the ledger's head of before."""
        with self.portal.sessions() as session:
            head = ledger.head(session)
        url = sa.make_url(self.portal.settings.database_url)
        to = self.folder / _DUMPS[kind_of(url)]
        if kind_of(url) == SQLITE:
            _copy_sqlite(Path(str(url.database)), to)
        else:
            _run("pg_dump", url, "--format=custom", "--no-owner", "--no-acl", f"--file={to}")
        return head

    def _tell(self, head: Head) -> BackupManifest:
        manifest = BackupManifest(
            database=kind_of(sa.make_url(self.portal.settings.database_url)),
            made_at=self.portal.clock().isoformat(timespec="seconds"),
            files=len(self.copied),
            entries=head.seq,
            head=head.hash,
        )
        (self.folder / MANIFEST).write_text(json.dumps(vars(manifest), indent=2) + "\n")
        return manifest


def read(folder: Path) -> BackupManifest:
    """Read what a backup says of itself. Raises NoBackup."""
    try:
        return BackupManifest(**json.loads((folder / MANIFEST).read_text()))
    except (OSError, ValueError, TypeError):
        raise NoBackup("{folder} holds no whole backup.", folder=folder) from None


def restore(settings: Settings, folder: Path) -> BackupManifest:
    """Fill an empty database, and the storage, from a backup; what is stored already stays."""
    manifest, url = read(folder), sa.make_url(settings.database_url)
    if manifest.database != kind_of(url):
        raise NoBackup(
            "This backup is of a database of another kind: {kind}.", kind=manifest.database
        )
    _require_empty(url)
    source = folder / _DUMPS[manifest.database]
    if manifest.database == SQLITE:
        _copy_sqlite(source, Path(str(url.database)))
    else:
        options = ("--exit-on-error", "--single-transaction", "--no-owner", "--no-acl")
        _run("pg_restore", url, *options, f"--dbname={url.database}", str(source))
    kept, storage = _files(folder), make_storage(settings.storage_url)
    for key in kept.all_keys():
        kept.copy(key, storage)
    return manifest


def kind_of(url: URL) -> str:
    """Return which of the two databases a URL names."""
    return SQLITE if url.get_backend_name() == SQLITE else POSTGRESQL


def _files(folder: Path) -> Storage:
    return make_storage((folder / _FILES).resolve().as_uri())


def _require_empty(url: URL) -> None:
    if kind_of(url) == SQLITE:
        Path(str(url.database)).parent.mkdir(parents=True, exist_ok=True)
    engine = db.make_engine(url)
    tables = sa.inspect(engine).get_table_names()
    engine.dispose()
    if tables:
        raise NoBackup("The database is not empty: put it aside first, nothing is overwritten.")


def _copy_sqlite(source: Path, to: Path) -> None:
    """Copy a database with what is in its log, as of one moment, while others write."""
    with closing(sqlite3.connect(source)) as one, closing(sqlite3.connect(to)) as other:
        try:
            one.backup(other)
        except sqlite3.DatabaseError as problem:
            raise NoBackup("{file} cannot be read: {said}", file=source, said=problem) from None


def _run(command: str, url: URL, *options: str) -> None:
    """Run one of PostgreSQL's own commands, which are told by the environment where to go."""
    if shutil.which(command) is None:
        raise NoBackup("{command} is missing (Debian: postgresql-client).", command=command)
    done = subprocess.run(  # noqa: S603 -- options are ours, and no shell reads them
        [command, *options],
        env=os.environ | _environment(url),
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode:
        said = done.stderr.strip()
        raise NoBackup("{command} failed: {said}", command=command, said=said)


def _environment(url: URL) -> dict[str, str]:
    """Say a database's URL in libpq's variables: a password is not for the list of processes."""
    from psycopg.conninfo import conninfo_to_dict  # installed where PostgreSQL is used

    plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
    said: dict[str, Any] = conninfo_to_dict(plain)
    names: Sequence[tuple[str, str]] = (("dbname", "PGDATABASE"), ("application_name", "PGAPPNAME"))
    known = dict(names)
    return {known.get(it, f"PG{it.upper()}"): str(value) for it, value in said.items() if value}

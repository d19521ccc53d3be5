"""The ledger itself: its triggers, and that a portal in use has one."""

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.orm import Session

from grants.accounts.models import Person
from grants.calls.models import Call
from grants.kit.database import db
from grants.kit.database.tables import Base
from grants.kit.dossiers.models import Dossier, HasDossier
from grants.ledger import POSTGRESQL_GUARDS, SQLITE_GUARDS
from grants.oversight.verification.entries import Entries, Finding
from grants.proposals.models import Proposal

LEDGER = "ledger"


def findings(session: Session, entries: Entries) -> Iterator[Finding]:
    """Name missing triggers, and an empty ledger where something happened."""
    standing = _standing(session)
    for name in sorted(_wanted(session) - standing):
        yield Finding(
            reference=LEDGER,
            what=f"the trigger {name} is missing or switched off: entries can be changed",
        )
    if not entries.listed and any(
        session.scalar(sa.select(model.id).limit(1)) for model in (Call, Proposal, Person)
    ):
        yield Finding(reference=LEDGER, what="it is empty, though the portal was used")


def orphans(session: Session) -> Iterator[Finding]:
    """Name rows that point at a row that is gone, which no database does by itself."""
    for table in Base.metadata.sorted_tables:
        for key in sorted(table.foreign_keys, key=lambda it: it.parent.name):
            there = key.column.table.alias("there")
            missing = sa.select(sa.func.count()).where(
                key.parent.is_not(None),
                ~sa.exists().where(there.c[key.column.name] == key.parent),
            )
            if number := session.scalar(missing.select_from(table)):
                what = f"{number} rows of {table.name} point at one that is gone"
                yield Finding(reference=f"table {key.column.table.name}", what=what)
    yield from _ownerless(session)


def _ownerless(session: Session) -> Iterator[Finding]:
    """Name dossiers whose proposal, project or other thing is gone."""
    for owner in HasDossier.__subclasses__():
        its = sa.exists().where(owner.dossier_id == Dossier.id)
        left = sa.select(sa.func.count(Dossier.id)).where(Dossier.kind == owner.__tablename__, ~its)
        if number := session.scalar(left):
            what = f"{number} dossiers hold documents of what is gone"
            yield Finding(reference=f"table {owner.__tablename__}", what=what)


def _wanted(session: Session) -> set[str]:
    guards = SQLITE_GUARDS if db.is_sqlite(session) else POSTGRESQL_GUARDS
    return {it.split()[2] for it in guards if it.startswith("CREATE TRIGGER")}


def _standing(session: Session) -> set[str]:
    if db.is_sqlite(session):
        found = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    else:
        # One that is disabled stands in the catalogue, and does nothing.
        found = (
            "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'"
            " AND tgrelid = 'ledger_entry'::regclass"
        )
    return set(session.scalars(sa.text(found)))

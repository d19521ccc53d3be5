"""The ledger's entries, by what they are about."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from grants.ledger import LedgerEntry
from grants.rules.workflow import FORMER_STATUSES, FORMER_STEPS

_BATCH = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something that disagrees with the ledger, or with its own hash."""

    reference: str
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptEntry:
    """What verification needs of an entry; steps and statuses by the names that they have now."""

    at: datetime
    actor_id: int | None
    action: str
    before: str | None
    after: str | None
    reason: str
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Entries:
    """All entries by kind and reference, in their order."""

    listed: Mapping[tuple[str, str], Sequence[KeptEntry]] = field(default_factory=dict)

    @classmethod
    def read(cls, session: Session) -> "Entries":
        """Read the whole ledger, a batch at a time."""
        found: defaultdict[tuple[str, str], list[KeptEntry]] = defaultdict(list)
        table, last = LedgerEntry.__table__, 0
        query = sa.select(table).order_by(table.c.seq).limit(_BATCH)
        while batch := session.execute(query.where(table.c.seq > last)).mappings().all():
            for row in batch:
                found[row["subject_kind"], row["subject_reference"]].append(
                    KeptEntry(
                        at=row["at"],
                        actor_id=row["actor_id"],
                        action=FORMER_STEPS.get(row["action"], row["action"]),
                        before=_now_called(row["from_status"]),
                        after=_now_called(row["to_status"]),
                        reason=row["reason"],
                        facts=row["payload"] or {},
                    )
                )
            last = batch[-1]["seq"]
        return cls(found)

    def of(self, kind: str, reference: str) -> Sequence[KeptEntry]:
        """List what happened to one thing, the oldest first."""
        return self.listed.get((kind, reference), ())

    def of_kind(self, kind: str) -> Iterator[KeptEntry]:
        """Go through all entries about a kind of thing."""
        return (it for (of, _reference), its in self.listed.items() if of == kind for it in its)

    def last(self, kind: str, reference: str, *actions: str) -> KeptEntry | None:
        """Find the newest entry of a thing, of certain actions if any are named."""
        listed = (
            it for it in reversed(self.of(kind, reference)) if not actions or it.action in actions
        )
        return next(listed, None)

    def status(self, kind: str, reference: str) -> str | None:
        """Return where the last step left something; None if none was recorded."""
        moved = (it.after for it in reversed(self.of(kind, reference)) if it.after is not None)
        return next(moved, None)

    def references(self, kind: str) -> Iterator[str]:
        """Name everything of a kind that the ledger knows."""
        return (reference for of, reference in self.listed if of == kind)


def _now_called(status: str | None) -> str | None:
    return FORMER_STATUSES.get(status, status) if status else status

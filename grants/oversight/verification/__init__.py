"""Verification: what stands in tables and storage, held against what the ledger keeps.

The ledger's own chain of hashes proves its entries; this proves that scores, amounts, versions,
rankings, second signatures, statuses, documents and files still agree with them, and names each
that does not by its reference. What an entry of an older version of the portal did not carry is
not compared.
"""

from collections.abc import Iterator

from sqlalchemy.orm import Session

from grants.kit.storage import Storage
from grants.oversight.verification import (
    award_answers,
    calls,
    clarifications,
    draw_seeds,
    evaluation,
    files,
    guards,
    proposals,
    redress,
    signatures,
)
from grants.oversight.verification.entries import Entries, Finding

__all__ = ["Finding", "findings"]


def findings(session: Session, storage: Storage) -> Iterator[Finding]:
    """Yield all that disagrees, each with its reference and what is wrong with it."""
    entries = Entries.read(session)
    yield from guards.findings(session, entries)
    if broken := list(guards.orphans(session)):
        # Nothing that hangs on what is gone can be compared: it is put back first.
        yield from broken
        yield from proposals.gone(session, entries)
        return
    for each in (
        calls,
        proposals,
        clarifications,
        evaluation,
        signatures,
        award_answers,
        draw_seeds,
        redress,
    ):
        yield from each.findings(session, entries)
    yield from files.findings(session, storage, entries)

"""Versions of consensus reports: a part of the versions of all that people read and change."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grants.kit.database.tables import columns
from grants.rules.workflow import CONSENSUS_STEPS

if TYPE_CHECKING:
    from grants.evaluation.models.consensus import ConsensusReport
    from grants.kit.database.tables import Base


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """The state of something as it is read: a token, and how the ledger names the thing."""

    token: str
    subject: str
    reference: str


class ConsensusVersions:
    """The versions of consensus reports, for whatever computes versions."""

    __slots__ = ()

    if TYPE_CHECKING:

        def of(
            self,
            subject: str,
            reference: str,
            *,
            locked: Base,
            seen: Callable[[], object],
            anew: Iterable[Base] = (),
        ) -> Version:
            """Return the version of what `seen` reads."""
            raise NotImplementedError

    def consensus(self, report: ConsensusReport) -> Version:
        """Return the version of a consensus report: where it stands, its text and its answers."""

        def seen() -> object:
            return self._agreed(report), [columns(it) for it in report.views]

        return self._of_report(report, seen)

    def consensus_text(self, report: ConsensusReport) -> Version:
        """Return the version of what a consensus report says, whoever has answered it by now."""
        return self._of_report(report, lambda: self._agreed(report))

    def _of_report(self, report: ConsensusReport, seen: Callable[[], object]) -> Version:
        kind, reference = CONSENSUS_STEPS.noun, report.reference
        return self.of(kind, reference, locked=report, anew=(report,), seen=seen)

    def _agreed(self, report: ConsensusReport) -> object:
        return columns(report, but=("status", "finalised_at", "reason")), [
            columns(it) for it in report.scores
        ]

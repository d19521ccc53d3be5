"""What every service has: a session, a way to tell what happened, and a clock."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from sqlalchemy.orm import Session

from grants.kit.clock import Clock, now
from grants.rules.events import Recorded
from grants.rules.workflow import Workflow

if TYPE_CHECKING:
    from grants.accounts.models import Person


class HasStatus(Protocol):
    """Anything that moves along a workflow."""

    status: Any


S = TypeVar("S", bound=Any)


@dataclass(frozen=True, slots=True)
class Service:
    """All that happens to one noun. Raises Refused; knows no web."""

    db: Session
    publish: Callable[[object], None]
    clock: Clock = now

    def move(
        self,
        workflow: Workflow[S],
        subject: HasStatus,
        action: str,
        *,
        by: Person | None,
        reference: str,
        reason: str = "",
        facts: Mapping[str, Any] | None = None,
    ) -> None:
        """Take one step of the workflow, and have the ledger keep it.

        The one place where a status changes. Raises NotAllowedNow if the table
        has no such step.
        """
        before = subject.status
        subject.status = workflow.target(action, before)
        self.record(
            action,
            workflow.noun,
            reference,
            by=by,
            before=before.value,
            after=subject.status.value,
            reason=reason,
            facts=facts,
        )

    def record(
        self,
        action: str,
        subject: str,
        reference: str,
        *,
        by: Person | None,
        before: str | None = None,
        after: str | None = None,
        reason: str = "",
        facts: Mapping[str, Any] | None = None,
    ) -> None:
        """Have the ledger keep that something happened."""
        self.publish(
            Recorded(
                at=self.clock(),
                by=by,
                action=action,
                subject=subject,
                reference=reference,
                before=before,
                after=after,
                reason=reason,
                facts=facts or {},
            )
        )

"""A workflow as a table of steps."""

from collections.abc import Collection
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Generic, TypeVar

from grants.rules.errors import NotAllowedNow
from grants.rules.words import N_
from grants.rules.workflow.roles import Role

S = TypeVar("S", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Step(Generic[S]):
    """An action that a role may take while something stands at a status.

    `target` equal to `source` is an action that moves nothing. `view` is an
    action like any other: who has no step `view` at a status sees nothing.
    """

    action: str
    source: S
    target: S
    by: Role


@dataclass(frozen=True, slots=True)
class Workflow(Generic[S]):
    """All steps of one noun, and the questions people ask of them."""

    noun: str
    steps: tuple[Step[S], ...]
    _found: dict[tuple[S, Role], tuple[str, ...]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )
    """What was asked before: each page asks the same few questions again and again."""

    def actions(self, status: S, role: Role) -> tuple[str, ...]:
        """Name what `role` may do while it stands at `status`."""
        if (status, role) not in self._found:
            steps = (it for it in self.steps if (it.source, it.by) == (status, role))
            self._found[status, role] = tuple(dict.fromkeys(it.action for it in steps))
        return self._found[status, role]

    def target(self, action: str, status: S) -> S:
        """Return where `action` leads from `status`. Raises NotAllowedNow if nowhere."""
        for step in self.steps:
            if (step.action, step.source) == (action, status):
                return step.target
        raise NotAllowedNow(
            N_("This is not possible now: the status is “{status}”."), status=status
        )

    def is_step(self, source: S, destination: S) -> bool:
        """Return whether some step leads from `source` to `destination`."""
        return any((step.source, step.target) == (source, destination) for step in self.steps)

    def sources(self, action: str) -> frozenset[S]:
        """Name the statuses from which `action` may be taken."""
        return frozenset(step.source for step in self.steps if step.action == action)


def seen(by: Role, statuses: Collection[S]) -> tuple[Step[S], ...]:
    """Let `by` view something while it stands at any of `statuses`."""
    return tuple(Step("view", status, status, by) for status in statuses)

"""Signing second: what was proposed by one is done once another put their name to it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from grants.accounts.models import Person
from grants.calls.models import ProposedAct
from grants.calls.service.proposed_acts import Signatures
from grants.kit.service import Service
from grants.rules.workflow import ActKind


class Doer(Protocol):
    """What knows one kind of acts: what they are about, and how they are done."""

    def hold(self, act: ProposedAct) -> None:
        """Have others wait who would change what an act is about."""
        ...

    def standing(self, act: ProposedAct) -> str:
        """Return the digest of what an act is about, as it is now."""
        ...

    def carry_out(self, act: ProposedAct, *, by: Person) -> None:
        """Do what was proposed; `by` signed second."""
        ...


@dataclass(frozen=True, slots=True)
class Signing(Service):
    """Second signatures, and what they bring about."""

    doers: Mapping[ActKind, Doer] = field(kw_only=True)
    """Who does each kind: the areas whose acts they are."""

    def sign(self, act: ProposedAct, *, read: str, by: Person) -> None:
        """Sign an act as it was read, which does it; `read` is its digest on the page.

        Raises OutOfDate if something else was read, or what it is about has moved.
        """
        doer, signatures = self._doer(act), Signatures(self.db, self.publish, self.clock)
        doer.hold(act)
        signatures.require_signable(act, by=by, read=read, stands_on=doer.standing(act))
        signatures.settle(act, "countersign", by=by)
        doer.carry_out(act, by=by)

    def is_stale(self, act: ProposedAct) -> bool:
        """Return whether what an act is about has moved, so that nobody can sign it."""
        return self._doer(act).standing(act) != act.stands_on

    def _doer(self, act: ProposedAct) -> Doer:
        return self.doers[act.kind]

"""Letters that do not leave: who is told of them, and how they are sent again."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import ColumnElement, select

from grants.access import Access
from grants.accounts.models import Person
from grants.calls.models import Call, Fund
from grants.kit import mail
from grants.kit.mail.models import WaitingMail
from grants.kit.service import Service
from grants.proposals.models import Proposal
from grants.rules.workflow import Role


@dataclass(frozen=True, kw_only=True)
class Stuck:
    """How many letters were given up, and how many are late but still tried."""

    failed: int = 0
    late: int = 0


@dataclass(frozen=True, slots=True)
class UndeliveredMail(Service):
    """All that happens to letters which have not left."""

    def of_fund(self, fund: Fund, person: Person) -> Sequence[tuple[WaitingMail, Call | None]]:
        """List a fund's letters in trouble, the oldest first, each with its call.

        Only what a manager may see: not those about a proposal that an interest closes to them.
        """
        found = self.db.execute(
            select(WaitingMail, Call)
            .outerjoin(Call, Call.id == WaitingMail.call_id)
            .where(WaitingMail.fund_id == fund.id, _in_trouble(), self._open_to(person))
            .order_by(WaitingMail.since, WaitingMail.id)
            .limit(MOST)
        )
        return [(waiting, call) for waiting, call in found]

    def counts(self, person: Person, funds: Sequence[int]) -> dict[int, int]:
        """Count the letters in trouble of funds, as far as somebody may know of them."""
        rows = self.db.execute(
            select(WaitingMail.fund_id, sa.func.count())
            .where(WaitingMail.fund_id.in_(funds), _in_trouble(), self._open_to(person))
            .group_by(WaitingMail.fund_id)
        )
        return {fund_id: count for fund_id, count in rows if fund_id is not None}

    def everywhere(self) -> Sequence[WaitingMail]:
        """List all letters in trouble, for operators."""
        found = select(WaitingMail).where(_in_trouble())
        return self.db.scalars(found.order_by(WaitingMail.since, WaitingMail.id)).all()

    def stuck(self) -> Stuck:
        """Count the letters in trouble: one query."""
        failed = WaitingMail.failed_at.is_not(None)
        row = self.db.execute(
            select(sa.func.count().filter(failed), sa.func.count().filter(~failed)).where(
                _in_trouble()
            )
        ).one()
        return Stuck(failed=row[0], late=row[1])

    def send_again(self, letters: Sequence[WaitingMail], *, by: Person | None) -> int:
        """Try letters again, as patiently as new ones; give how many."""
        for waiting in letters:
            mail.retry(self.db, waiting)
            self.record("send_again", "letter", waiting.name, by=by)
        return len(letters)

    def _open_to(self, person: Person) -> ColumnElement[bool]:
        access = Access(self.db)
        seen = [
            access.proposals_for(person, role).with_only_columns(Proposal.id)
            for role in (Role.MANAGER, Role.RECUSED)
        ]
        return WaitingMail.proposal_id.is_(None) | sa.or_(
            *(WaitingMail.proposal_id.in_(one) for one in seen)
        )


MOST = 200
"""Letters on one page: with more, it is the mail server that needs looking after."""


def _in_trouble() -> ColumnElement[bool]:
    return sa.or_(WaitingMail.failed_at.is_not(None), WaitingMail.attempts >= mail.LATE)

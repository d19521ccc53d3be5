"""The ledger, as managers and auditors of a fund read it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from grants import ledger
from grants.models import Call, Fund, LedgerEntry, Person, Proposal, ProposalVersion
from grants.services.access import Access
from grants.workflow import ProposalStatus

PAGE = 60

_REGISTER = sa.or_(
    LedgerEntry.subject_kind == "pairing",
    sa.and_(LedgerEntry.subject_kind == "organisation", LedgerEntry.action == "correct"),
)
"""What was entered or corrected about organisations and pairings, which no call is about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Some entries, the newest first, and who the people in them are."""

    entries: Sequence[LedgerEntry]
    names: Mapping[int, str]
    pages: int
    head: ledger.Head | None
    """The last entry's hash; not shown to somebody recused, since it hangs on everything."""


@dataclass(frozen=True, slots=True)
class Records:
    """What the ledger keeps of a fund's calls, and of everything below them."""

    db: Session

    def page(self, fund: Fund, person: Person, *, number: int = 1, about: str = "") -> Page:
        """Give a page of entries; `about` is what a reference begins with.

        Calls from which somebody is recused are left out whole, and so are drafts, which
        are their teams' alone. What is known of organisations and pairings is everybody's.
        """
        recused = Access(self.db).recused_from(person)
        calls = sa.and_(self._seen(fund, recused), ~self._drafts())
        found = sa.and_(sa.or_(calls, _REGISTER), self._about(about))
        count = self.db.scalar(select(sa.func.count()).where(found)) or 0
        entries = self.db.scalars(
            select(LedgerEntry)
            .where(found)
            .order_by(LedgerEntry.seq.desc())
            .limit(PAGE)
            .offset((max(number, 1) - 1) * PAGE)
        ).all()
        return Page(
            entries=entries,
            names=self._names({it.actor_id for it in entries if it.actor_id}),
            pages=max(1, -(-count // PAGE)),
            head=None if recused else ledger.head(self.db),
        )

    def _seen(self, fund: Fund, recused: Sequence[int]) -> ColumnElement[bool]:
        calls = self.db.execute(select(Call.code, Call.fund_id, Call.id)).all()
        seen = [code for code, at, number in calls if at == fund.id and number not in recused]
        # What is below A-2 begins like what is below A.
        longer = [code for code, *_ in calls if code.startswith(tuple(f"{it}-" for it in seen))]
        return sa.and_(
            self._below(seen), ~self._below([code for code in longer if code not in seen])
        )

    def _drafts(self) -> ColumnElement[bool]:
        """Give the condition on entries of what is not handed in, or was taken back."""
        reference = LedgerEntry.subject_reference
        drafts = select(Proposal.reference).where(Proposal.status == ProposalStatus.DRAFT)
        handed_in = select(ProposalVersion.id).where(ProposalVersion.proposal_id == Proposal.id)
        # Only what was handed in once has anything below it, such as declared interests.
        below = drafts.where(handed_in.exists(), reference.startswith(Proposal.reference + "/"))
        return sa.or_(reference.in_(drafts), below.correlate(LedgerEntry).exists())

    def _below(self, codes: Sequence[str]) -> ColumnElement[bool]:
        reference = LedgerEntry.subject_reference
        alike = [
            condition
            for code in codes
            for condition in (
                reference == code,
                reference.startswith(f"{code}-", autoescape=True),
                reference.startswith(f"{code}/", autoescape=True),
            )
        ]
        return sa.or_(sa.false(), *alike)

    def _about(self, about: str) -> ColumnElement[bool]:
        if not about:
            return sa.true()
        return LedgerEntry.subject_reference.startswith(about, autoescape=True)

    def _names(self, numbers: set[int]) -> Mapping[int, str]:
        rows = self.db.execute(select(Person.id, Person.name).where(Person.id.in_(numbers)))
        return dict(rows.all())

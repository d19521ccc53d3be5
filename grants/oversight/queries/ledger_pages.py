"""The ledger, as managers and auditors of a fund read it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from grants import ledger
from grants.access import Access, is_reviewer
from grants.accounts.models import Person
from grants.calls.models import Call, Fund
from grants.kit.database import db
from grants.kit.paging import PAGE, start
from grants.ledger import LedgerEntry
from grants.proposals.models import Proposal
from grants.rules.workflow import ASSIGNMENT_STEPS, ProposalStatus

_REGISTER = (
    sa.and_(LedgerEntry.subject_kind == "pairing", LedgerEntry.fund_id.is_(None)),
    sa.and_(
        LedgerEntry.subject_kind == "organisation",
        LedgerEntry.action == "correct",
        LedgerEntry.fund_id.is_(None),
    ),
)
"""What was entered or corrected about organisations and pairings, which no call is about.

Apart, since each is found by an index of its own, and both together by reading everything.
"""

_LAST = chr(0x10FFFF)
_FEW = 100
"""Up to so many proposals are looked up one by one; more are read by their call."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerPage:
    """Some entries, the newest first, and who the people in them are."""

    entries: Sequence[LedgerEntry]
    names: Mapping[int, str]
    more: bool
    """Whether there are older ones."""
    head: ledger.Head | None
    """The last entry's hash; not shown to somebody recused, since it hangs on everything."""
    amounts: Mapping[int, tuple[int, str]]
    """The money that an entry tells of, in cents and with its currency, by the entry's number."""


@dataclass(frozen=True, slots=True)
class LedgerPages:
    """What the ledger keeps of a fund's calls, and of everything below them."""

    db: Session

    def page(self, fund: Fund, person: Person, *, number: int = 1, about: str = "") -> LedgerPage:
        """Return a page of entries; `about` is what a reference begins with.

        Calls from which somebody is recused are left out whole, and so are drafts, which
        are their teams' alone. What is known of organisations and pairings is everybody's.
        """
        recused = Access(self.db).recused_from(person)
        first = start(number)
        unread = self._unread(person)
        entries = self._newest(fund, recused, unread, about, least=first + PAGE + 1, first=first)
        return LedgerPage(
            entries=entries[:PAGE],
            names=self._names({it.actor_id for it in entries if it.actor_id}),
            more=len(entries) > PAGE,
            head=None if recused or unread else ledger.head(self.db),
            amounts=self._amounts(entries[:PAGE]),
        )

    def _newest(
        self,
        fund: Fund,
        recused: Sequence[int],
        unread: Sequence[int],
        about: str,
        *,
        least: int,
        first: int,
    ) -> Sequence[LedgerEntry]:
        """Read entries by the newest: each index gives its own in order, and these are merged."""
        place, words = self._about(about)
        seen = sa.and_(
            LedgerEntry.fund_id == fund.id,
            sa.or_(LedgerEntry.call_id.is_(None), LedgerEntry.call_id.not_in(recused)),
            ~self._draft(),
            *self._read_later(unread),
        )
        parts = [
            select(LedgerEntry.seq)
            .where(found, words)
            .order_by(LedgerEntry.seq.desc())
            .limit(least)
            .subquery()
            for found in (sa.and_(seen, place), *_REGISTER)
        ]
        either = sa.union_all(*(select(part.c.seq) for part in parts)).subquery()
        numbers = select(either.c.seq).order_by(either.c.seq.desc()).limit(PAGE + 1).offset(first)
        return self.db.scalars(
            select(LedgerEntry).where(LedgerEntry.seq.in_(numbers)).order_by(LedgerEntry.seq.desc())
        ).all()

    def _unread(self, person: Person) -> Sequence[int]:
        """Name the proposals of which somebody reads no review before their own is in."""
        if not is_reviewer(person):
            return ()
        owed = select(Proposal.id).where(Access(self.db).reviewing(person))
        return self.db.scalars(owed).all()

    def _read_later(self, unread: Sequence[int]) -> list[ColumnElement[bool]]:
        if not unread:
            return []
        reviews = LedgerEntry.subject_kind == ASSIGNMENT_STEPS.noun
        return [~sa.and_(reviews, LedgerEntry.proposal_id.in_(unread))]

    def _draft(self) -> ColumnElement[bool]:
        """Return the condition on entries of what is not submitted, or was reopened."""
        draft = select(Proposal.id).where(
            Proposal.id == LedgerEntry.proposal_id, Proposal.status == ProposalStatus.DRAFT
        )
        return draft.correlate(LedgerEntry).exists()

    def _about(self, about: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
        """Return where to look for what a reference begins with, and how it begins."""
        if not about:
            return sa.true(), sa.true()
        written = {about, about.upper()}
        reference = LedgerEntry.subject_reference
        words = sa.or_(*(_begins(self.db, it, reference) for it in sorted(written)))
        found = self._proposals(written)
        codes = self.db.execute(select(Call.id, Call.code)).all()
        calls = [n for n, code in codes if any(_alike(code, it) for it in written)]
        if found and len(found) <= _FEW:
            below = sa.and_(LedgerEntry.proposal_id.is_(None), LedgerEntry.call_id.in_(calls))
            return sa.or_(LedgerEntry.proposal_id.in_(found), below), words
        return sa.or_(LedgerEntry.call_id.in_(calls), LedgerEntry.call_id.is_(None)), words

    def _proposals(self, written: Collection[str]) -> Sequence[int]:
        """Find the proposals whose references begin so; one more than few where they are many."""
        shown = select(Proposal.id).where(Proposal.status != ProposalStatus.DRAFT)
        heads = {it.partition("/")[0] for it in written}
        exact = self.db.scalars(shown.where(Proposal.reference.in_(heads))).all()
        begun = sa.or_(*(_begins(self.db, it, Proposal.reference) for it in sorted(heads)))
        return exact or self.db.scalars(shown.where(begun).limit(_FEW + 1)).all()

    def _amounts(self, entries: Sequence[LedgerEntry]) -> Mapping[int, tuple[int, str]]:
        found = {it.seq: (it, cents) for it in entries if (cents := _cents(it)) is not None}
        # Entries of before say the amount alone: it was in their call's currency.
        older = {it.call_id for it, _cents in found.values() if "currency" not in it.payload}
        query = select(Call.id, Call.currency).where(Call.id.in_(older))
        known: dict[int | None, str] = {}
        if older:
            known |= dict(self.db.execute(query).all())
        return {
            seq: (cents, it.payload.get("currency") or known.get(it.call_id, ""))
            for seq, (it, cents) in found.items()
        }

    def _names(self, numbers: set[int]) -> Mapping[int, str]:
        rows = self.db.execute(select(Person.id, Person.name).where(Person.id.in_(numbers)))
        return dict(rows.all())


def _cents(entry: LedgerEntry) -> int | None:
    """Find the money that an entry tells of: what is awarded, or what an end sets free."""
    return entry.payload.get("freed_cents", entry.payload.get("awarded_cents"))


def _alike(code: str, about: str) -> bool:
    return code.startswith(about) or about.startswith(code)


def _begins(
    session: Session, about: str, reference: InstrumentedAttribute[str]
) -> ColumnElement[bool]:
    """Return the condition on how a reference begins, in the words that each index reads."""
    if db.is_sqlite(session):
        return sa.and_(reference >= about, reference < about + _LAST)
    return reference.startswith(about, autoescape=True)

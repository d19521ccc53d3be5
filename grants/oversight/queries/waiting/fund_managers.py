"""What waits for a fund's managers: counted by call, less what an interest closes to them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, case, func, select

from grants.access import Access, is_reviewer, visible_proposals
from grants.accounts.models import Person
from grants.calls.models import Call, Fund, Stage
from grants.calls.queries.first_stages import LAST_REVIEWS
from grants.decisions.models import Decision
from grants.decisions.queries.current import CURRENT
from grants.decisions.queries.pending_signatures import PendingSignatures
from grants.decisions.service.decisions import DECIDABLE
from grants.evaluation.models import Assignment, Declaration, Ranking
from grants.evaluation.queries import disagreements
from grants.evaluation.service.check_stages import UNCHECKED, is_checked
from grants.kit.service import Service
from grants.oversight.queries.waiting.kinds import Waiting, WaitingKind
from grants.oversight.queries.waiting.projects import AfterAwards
from grants.oversight.queries.waiting.redress import redress_asked
from grants.oversight.queries.waiting.review_counts import TO_DO, review_counts
from grants.oversight.service.undelivered_mail import UndeliveredMail
from grants.proposals.models import Proposal
from grants.rules.workflow import (
    SUBMITTED_REVIEWS,
    CallStatus,
    Interest,
    ProposalStatus,
    RankingStatus,
    Role,
    StageKind,
    StageStatus,
)

_REVIEWS = Stage.kind == StageKind.INDIVIDUAL_REVIEW

_PAGES: Mapping[WaitingKind, str] = {
    WaitingKind.PUBLISH: "",
    WaitingKind.CHECK: "/proposals",
    WaitingKind.RULE: "/interests",
    WaitingKind.OPEN_STAGE: "/stage",
    WaitingKind.ENTER: "/stage",
    WaitingKind.ASSIGN: "/assign",
    WaitingKind.DISAGREE: "/stage?show=disagree",
    WaitingKind.OVERDUE_REVIEWS: "/stage",
    WaitingKind.CLOSE_STAGE: "/stage",
    WaitingKind.COMPUTE: "/ranking",
    WaitingKind.DRAW: "/ranking",
    WaitingKind.ADOPT: "/ranking",
    WaitingKind.DECIDE: "/decisions",
    WaitingKind.SEND: "/decisions",
    WaitingKind.CONDITIONS: "/decisions",
    WaitingKind.AWARDS_UNANSWERED: "/decisions",
    WaitingKind.AGREE: "/decisions",
    WaitingKind.ACCEPT: "/decisions",
    WaitingKind.OVERDUE_DELIVERABLES: "/decisions",
    WaitingKind.CLOSE_PROJECT: "/decisions",
    WaitingKind.MONEY_FREE: "/decisions",
    WaitingKind.REDRESS: "/redress",
}
_TO_THE_RECUSED: Mapping[WaitingKind, str] = {
    WaitingKind.CHECK: "/proposals",
    WaitingKind.ACCEPT: "/proposals?status=awarded",
    WaitingKind.OVERDUE_DELIVERABLES: "/proposals?status=awarded",
}
"""What is left to those whom an interest recuses from a call, and where: nothing that compares."""


@dataclass(frozen=True, slots=True)
class OfManager(Service):
    """All that waits for one manager."""

    def all(self, person: Person) -> Iterator[Waiting]:
        """List what waits for a manager, of all their calls."""
        funds = [it.fund_id for it in person.appointments if it.role is Role.MANAGER and it.fund_id]
        calls = {
            call.id: call
            for call in self.db.scalars(
                Access(self.db)
                .calls_for(person)
                .where(Call.status != CallStatus.CONCLUDED, Call.fund_id.in_(funds))
            )
        }
        yield from self._signatures(person)
        recused = set(Access(self.db).recused_from(person))
        whole = [number for number in calls if number not in recused]
        for number, kind, count in self._counted(person, calls, whole):
            call, pages = calls[number], _TO_THE_RECUSED if number in recused else _PAGES
            if kind in pages:
                path = f"/manage/calls/{call.code}{pages[kind]}"
                yield Waiting(kind=kind, path=path, where=call.title, count=count)
        for fund, count in self._letters(person, funds):
            yield Waiting(
                kind=WaitingKind.LETTERS,
                path=f"/manage/funds/{fund.code}/emails",
                where=fund.name,
                count=count,
            )

    def _signatures(self, person: Person) -> Iterator[Waiting]:
        by_call: dict[int, list[Any]] = {}
        for it in PendingSignatures(self.db, self.publish, self.clock).of(person):
            by_call.setdefault(it.call.id, []).append(it)
        for acts in by_call.values():
            call = acts[0].call
            page = "signatures" if any(it.kind is not None for it in acts) else "letters"
            yield Waiting(
                kind=WaitingKind.SIGN,
                path=f"/manage/calls/{call.code}/{page}",
                where=call.title,
                count=len(acts),
            )

    def _counted(
        self, person: Person, calls: Mapping[int, Call], whole: Sequence[int]
    ) -> Iterator[tuple[int, WaitingKind, int]]:
        """Count what waits by call: of each proposal by itself, and where nothing recuses more."""
        yield from self._checks(person, calls)
        yield from self._after_awards.projects(self._seen(person), calls)
        for number in whole:
            if calls[number].status is CallStatus.DRAFT:
                yield number, WaitingKind.PUBLISH, 1
        yield from self._rulings(person, whole)
        yield from self._stages(whole, self._reviewing(person))
        yield from self._rankings(whole)
        yield from self._decisions(whole)
        yield from self._after_awards.money(calls, whole)
        yield from redress_asked(self.db, [calls[number] for number in whole])

    def _seen(self, person: Person) -> ColumnElement[bool]:
        """Return the condition on Proposal under which a manager sees it, recused or not."""
        access = Access(self.db)
        roles = (Role.MANAGER, Role.RECUSED)
        return sa.or_(
            *(visible_proposals.condition(access.proposals_for(person, it)) for it in roles)
        )

    def _checks(
        self, person: Person, calls: Mapping[int, Call]
    ) -> Iterator[tuple[int, WaitingKind, int]]:
        now = self.clock()
        closed = [number for number, call in calls.items() if call.closes_at <= now]
        phase = func.coalesce(Stage.phase, 1)
        written = sa.or_(Stage.id.is_(None), Stage.writing_closes_at <= now)
        rows = self.db.execute(
            select(Proposal.call_id, phase, func.count())
            .outerjoin(Stage, Stage.id == Proposal.invited_to_id)
            .where(
                Proposal.call_id.in_(closed),
                Proposal.status.in_(UNCHECKED),
                written,
                self._seen(person),
            )
            .group_by(Proposal.call_id, phase)
        )
        for number, form, count in rows:
            if form == 1 or any(it.get("phase", 1) == form for it in calls[number].checklist):
                yield number, WaitingKind.CHECK, count

    def _rulings(
        self, person: Person, whole: Sequence[int]
    ) -> Iterator[tuple[int, WaitingKind, int]]:
        rows = self.db.execute(
            select(Proposal.call_id, func.count())
            .select_from(Declaration)
            .join(Proposal, Proposal.id == Declaration.proposal_id)
            .where(
                Proposal.call_id.in_(whole),
                Declaration.interest == Interest.POTENTIAL,
                Declaration.ruling.is_(None),
                Declaration.person_id != person.id,
                Proposal.status.not_in((ProposalStatus.DRAFT, ProposalStatus.WITHDRAWN)),
            )
            .group_by(Proposal.call_id)
        )
        for number, count in rows:
            yield number, WaitingKind.RULE, count

    def _reviewing(self, person: Person) -> frozenset[int]:
        """Name the calls in which somebody still owes reviews: how far others are is not told."""
        if not is_reviewer(person):
            return frozenset()
        owed = select(Proposal.call_id).where(Access(self.db).reviewing(person)).distinct()
        return frozenset(self.db.scalars(owed))

    def _stages(
        self, whole: Sequence[int], untold: frozenset[int]
    ) -> Iterator[tuple[int, WaitingKind, int]]:
        """Tell of stages to open, reviewers to find, reviews overdue, stages to close."""
        rows = self.db.scalars(
            select(Stage).where(Stage.call_id.in_(whole), _REVIEWS).order_by(Stage.position)
        ).all()
        begun = {it.call_id: it for it in rows if it.status is not StageStatus.PLANNED}
        planned = {it.call_id: it for it in reversed(rows) if it.status is StageStatus.PLANNED}
        counts = self._counts(whole)
        for number in whole:
            coming, before = planned.get(number), begun.get(number)
            if coming is None or (before is not None and before.status is StageStatus.OPEN):
                continue
            by_status = counts.get(number, {})
            if coming.entry and coming.entered_at is None:
                if before is not None and by_status.get(ProposalStatus.PASSED):
                    yield number, WaitingKind.ENTER, 1
                continue
            if not is_checked(coming):
                until = coming.writing_closes_at
                if until and until <= self.clock() and by_status.get(ProposalStatus.SUBMITTED):
                    yield number, WaitingKind.OPEN_STAGE, 1
                continue
            unchecked = any(by_status.get(status) for status in UNCHECKED)
            if by_status.get(ProposalStatus.ELIGIBLE) and not unchecked:
                yield number, WaitingKind.OPEN_STAGE, 1
        open_ones = (it for it in begun.values() if it.status is StageStatus.OPEN)
        still = [it.id for it in open_ones if it.call_id not in untold]
        for number, few, out, unfinished in review_counts(self.db, still):
            stage = begun[number]
            if few:
                yield number, WaitingKind.ASSIGN, few
            if out and stage.due_at is not None and stage.due_at <= self.clock():
                yield number, WaitingKind.OVERDUE_REVIEWS, out
            unasked, short = self._disagreeing(stage)
            if unasked:
                yield number, WaitingKind.DISAGREE, unasked
            if not unfinished and not short:
                yield number, WaitingKind.CLOSE_STAGE, 1

    def _disagreeing(self, stage: Stage) -> tuple[int, int]:
        """Count disagreeing proposals for which nobody more is asked, and that lack a review."""
        apart = disagreements.of_stage(self.db, stage)
        if not apart:
            return 0, 0
        rows = self.db.execute(
            select(
                func.sum(case((Assignment.status.in_(SUBMITTED_REVIEWS), 1), else_=0)),
                func.sum(case((Assignment.status.in_(TO_DO), 1), else_=0)),
            )
            .join(Proposal, Proposal.id == Assignment.proposal_id)
            .where(
                Assignment.stage_id == stage.id,
                Assignment.proposal_id.in_(list(apart)),
                Proposal.status == ProposalStatus.IN_STAGE,
            )
            .group_by(Assignment.proposal_id)
        ).all()
        needed = stage.minimum_reviews
        # With fewer than all need they wait for reviewers already, as `ASSIGN` tells.
        unasked = sum(done + out == needed for done, out in rows)
        return unasked, sum(done <= needed for done, _out in rows)

    def _counts(self, whole: Sequence[int]) -> dict[int, dict[ProposalStatus, int]]:
        found: dict[int, dict[ProposalStatus, int]] = {}
        rows = self.db.execute(
            select(Proposal.call_id, Proposal.status, func.count())
            .where(Proposal.call_id.in_(whole))
            .group_by(Proposal.call_id, Proposal.status)
        )
        for number, status, count in rows:
            found.setdefault(number, {})[status] = count
        return found

    def _rankings(self, whole: Sequence[int]) -> Iterator[tuple[int, WaitingKind, int]]:
        """Tell of rankings to compute, lots to draw, rankings to adopt."""
        needs_draw = Ranking.summary["needs_draw"].as_boolean()
        newest = {
            number: (status, bool(draw))
            for number, status, draw in self.db.execute(
                select(Ranking.call_id, Ranking.status, needs_draw)
                .where(Ranking.call_id.in_(whole), Ranking.status != RankingStatus.SUPERSEDED)
                .order_by(Ranking.number)
            )
        }
        closed = self.db.execute(
            select(Stage.call_id, func.count(Proposal.id))
            .join(Proposal, Proposal.call_id == Stage.call_id)
            .where(
                Stage.call_id.in_(whole),
                _REVIEWS,
                Stage.number == LAST_REVIEWS,
                Stage.status == StageStatus.CLOSED,
                Proposal.status == ProposalStatus.PASSED,
            )
            .group_by(Stage.call_id)
        )
        for number, _passed in closed:
            status, draw = newest.get(number, (None, False))
            if status is None:
                yield number, WaitingKind.COMPUTE, 1
            elif status is RankingStatus.COMPUTED:
                yield number, (WaitingKind.DRAW if draw else WaitingKind.ADOPT), 1

    def _decisions(self, whole: Sequence[int]) -> Iterator[tuple[int, WaitingKind, int]]:
        """Tell of decisions to make, once the stage is over or never came, and letters to send."""
        still = select(Stage.call_id).where(_REVIEWS, Stage.status == StageStatus.OPEN)
        waits = select(Proposal.call_id).where(
            Proposal.status.in_((*UNCHECKED, ProposalStatus.ELIGIBLE, ProposalStatus.PASSED))
        )
        undecided = case((Decision.id.is_(None), 1), else_=0)
        signed = sa.or_(Decision.departs.is_(False), Decision.signed_at.is_not(None))
        unsent = sa.and_(Decision.id.is_not(None), Decision.notified_at.is_(None), signed)
        rows = self.db.execute(
            select(Proposal.call_id, func.sum(undecided), func.sum(case((unsent, 1), else_=0)))
            .outerjoin(Decision, CURRENT)
            .where(
                Proposal.call_id.in_(whole),
                Proposal.status.in_(tuple(DECIDABLE)),
                Proposal.call_id.not_in(still),
                Proposal.call_id.not_in(waits),
            )
            .group_by(Proposal.call_id)
        )
        for number, decide, send in rows:
            if decide:
                yield number, WaitingKind.DECIDE, decide
            if send:
                yield number, WaitingKind.SEND, send

    @property
    def _after_awards(self) -> AfterAwards:
        return AfterAwards(self.db, self.publish, self.clock)

    def _letters(self, person: Person, funds: Sequence[int]) -> Iterator[tuple[Fund, int]]:
        counts = UndeliveredMail(self.db, self.publish, self.clock).counts(person, funds)
        if counts:
            for fund in self.db.scalars(select(Fund).where(Fund.id.in_(list(counts)))):
                yield fund, counts[fund.id]

"""What the pages of the evaluation share: the reader's role, what to do next, shapes for words."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Protocol

from grants.calls.models import Call, Stage
from grants.calls.queries.criteria_in_words import score_in_words
from grants.calls.queries.stage_plans import review_rows
from grants.decisions.service.decisions import DECIDABLE
from grants.evaluation.service.check_stages import UNCHECKED, is_checked
from grants.rules.scoring import Criterion, Rules, Scale, points, shown
from grants.rules.workflow import (
    AssignmentStatus,
    ConsensusStatus,
    PanelStatus,
    ProposalStatus,
    RankingStatus,
    Role,
    StageStatus,
)
from schemas.forms.base import _
from views.web.request import Request

SHAPES: Mapping[type, Mapping[str, str]] = {
    ProposalStatus: {
        ProposalStatus.DRAFT: "draft",
        ProposalStatus.SUBMITTED: "waiting",
        ProposalStatus.TAKEN_BACK: "waiting",
        ProposalStatus.INADMISSIBLE: "bad",
        ProposalStatus.ADMISSIBLE: "progress",
        ProposalStatus.INELIGIBLE: "bad",
        ProposalStatus.ELIGIBLE: "progress",
        ProposalStatus.IN_STAGE: "progress",
        ProposalStatus.BELOW_THRESHOLD: "bad",
        ProposalStatus.PASSED: "good",
        ProposalStatus.INVITED: "progress",
        ProposalStatus.NOT_INVITED: "bad",
        ProposalStatus.LAPSED: "ended",
        ProposalStatus.RANKED: "progress",
        ProposalStatus.MAIN: "good",
        ProposalStatus.RESERVE: "waiting",
        ProposalStatus.REJECTED: "bad",
        ProposalStatus.AWARDED: "good",
        ProposalStatus.WITHDRAWN: "ended",
    },
    AssignmentStatus: {
        AssignmentStatus.OFFERED: "waiting",
        AssignmentStatus.ACCEPTED: "progress",
        AssignmentStatus.DECLINED: "ended",
        AssignmentStatus.CONFLICTED: "warning",
        AssignmentStatus.DRAFT: "progress",
        AssignmentStatus.SUBMITTED: "good",
        AssignmentStatus.REOPENED: "warning",
        AssignmentStatus.LOCKED: "good",
        AssignmentStatus.EXCLUDED: "ended",
    },
    ConsensusStatus: {
        ConsensusStatus.DRAFT: "progress",
        ConsensusStatus.CIRCULATED: "waiting",
        ConsensusStatus.FINAL: "good",
        ConsensusStatus.WITHDRAWN: "ended",
    },
    PanelStatus: {
        PanelStatus.PLANNED: "waiting",
        PanelStatus.OPEN: "progress",
        PanelStatus.CLOSED: "good",
        PanelStatus.CANCELLED: "ended",
    },
    RankingStatus: {
        RankingStatus.COMPUTED: "progress",
        RankingStatus.ADOPTED: "good",
        RankingStatus.SUPERSEDED: "ended",
    },
}
"""The shape beside each word; kinds apart, because equal words are equal keys."""


@dataclass(frozen=True, kw_only=True)
class Next:
    """What to do next: a title, a sentence, and where to go."""

    title: str
    text: str
    url: str = ""
    button: str = ""


def shape(
    status: ProposalStatus | AssignmentStatus | RankingStatus | ConsensusStatus | PanelStatus,
) -> str:
    """Return the shape that stands beside a status."""
    return SHAPES[type(status)][status]


def next_step(
    request: Request,
    call: Call,
    roles: Collection[Role],
    counts: Mapping[ProposalStatus, int],
    stage: Stage | None,
    *,
    adopted: bool,
    waits: bool = True,
) -> Next | None:
    """Return what a call needs next of somebody in these roles.

    `waits` tells whether anything still waits for a decision or a letter.
    """
    say = _Saying(request, call)
    coming = _after(stage) if stage and stage.status is StageStatus.CLOSED else None
    until = coming.writing_closes_at if coming else None
    if until is not None and coming and coming.entered_at and request.arrived_at < until:
        return say.wait_for_the_form(until)
    if coming is not None and not is_checked(coming) and coming.entered_at is not None:
        return say.open_stage(counts.get(ProposalStatus.SUBMITTED, 0), roles)
    unchecked = sum(counts.get(status, 0) for status in UNCHECKED)
    if request.arrived_at < call.closes_at:
        return say.wait_for_the_deadline()
    if unchecked and not {Role.MANAGER, Role.RECUSED}.isdisjoint(roles):
        return say.check(unchecked)
    if Role.MANAGER not in roles or not any(counts.values()):
        return None
    if stage is None:
        return say.open_stage(counts.get(ProposalStatus.ELIGIBLE, 0), roles)
    if stage.status is StageStatus.OPEN:
        return say.follow_reviews()
    if coming is not None:
        if coming.entered_at is None:
            return say.settle()
        return say.open_stage(counts.get(ProposalStatus.ELIGIBLE, 0), roles)
    if not adopted:
        return say.rank()
    return say.decide() if waits and any(counts.get(status) for status in DECIDABLE) else None


def to_decide(request: Request, call: Call, counts: Mapping[ProposalStatus, int]) -> bool:
    """Return whether a proposal waits for a decision or its letter.

    Only the reserve list tells nothing of it: who was told of it stays there. Then it is asked.
    """
    if any(counts.get(it) for it in DECIDABLE if it is not ProposalStatus.RESERVE):
        return True
    return bool(counts.get(ProposalStatus.RESERVE)) and request.services.decisions.waits(call)


def _after(stage: Stage) -> Stage | None:
    """Return the stage of reviews that comes after one."""
    return next((it for it in review_rows(stage.call) if it.position > stage.position), None)


@dataclass(frozen=True)
class _Saying:
    request: Request
    call: Call

    def wait_for_the_deadline(self) -> Next:
        closes = self.request.formats.moment(self.call.closes_at, self.call.zone)
        return Next(
            title=self._said(_("Wait until the call closes")),
            text=self._said(
                _(
                    "It closes on ${moment}. Until then teams can reopen their proposals.",
                    mapping={"moment": closes},
                )
            ),
        )

    def wait_for_the_form(self, until: datetime) -> Next:
        closes = self.request.formats.moment(until, self.call.zone)
        return Next(
            title=self._said(_("Wait for the next form")),
            text=self._said(_("It closes on ${moment}.", mapping={"moment": closes})),
        )

    def settle(self) -> Next:
        return Next(
            title=self._said(_("Settle which proposals go on")),
            text=self._said(_("The stage is closed. The rule of the call says who goes on.")),
            url=self._url("manage.stage"),
            button=self._said(_("Go to the evaluation")),
        )

    def check(self, count: int) -> Next:
        query = [("status", status.value) for status in UNCHECKED]
        url = self.request.route_path("manage.proposals", code=self.call.code, _query=query)
        return Next(
            title=self._said(_("Check the proposals")),
            text=self._said(
                _(
                    "Not checked yet: ${count}. Each is checked item by item.",
                    mapping={"count": count},
                )
            ),
            url=url,
            button=self._said(_("Show unchecked proposals")),
        )

    def open_stage(self, count: int, roles: Collection[Role]) -> Next | None:
        if not count or Role.MANAGER not in roles:
            return None
        return Next(
            title=self._said(_("Open the evaluation")),
            text=self._said(
                _(
                    "Everything is checked. Eligible proposals: ${count}.",
                    mapping={"count": count},
                )
            ),
            url=self._url("manage.stage"),
            button=self._said(_("Go to the evaluation")),
        )

    def follow_reviews(self) -> Next:
        return Next(
            title=self._said(_("Make sure that every proposal is reviewed")),
            text=self._said(_("Assign reviewers, follow their submissions, then close the stage.")),
            url=self._url("manage.stage"),
            button=self._said(_("Go to the evaluation")),
        )

    def rank(self) -> Next:
        return Next(
            title=self._said(_("Rank the proposals")),
            text=self._said(_("All reviews are final. Compute the ranking and adopt it.")),
            url=self._url("manage.ranking"),
            button=self._said(_("Go to the ranking")),
        )

    def decide(self) -> Next:
        return Next(
            title=self._said(_("Decide and send the letters")),
            text=self._said(_("The ranking is adopted. Each proposal needs a decision.")),
            url=self._url("manage.decisions"),
            button=self._said(_("Go to the decisions")),
        )

    def _url(self, route: str) -> str:
        return str(self.request.route_path(route, code=self.call.code))

    def _said(self, words: str) -> str:
        return str(self.request.localizer.translate(words))


class GivenScore(Protocol):
    """A score as it is kept, or as it is typed."""

    @property
    def halves(self) -> int | None:
        """Half points, or nothing yet."""

    @property
    def not_assessed(self) -> bool:
        """Whether the reviewer could not assess it."""


def score_words(request: Request) -> Callable[[Criterion, GivenScore | None], str]:
    """Return what says a reviewer's score of a criterion in the reader's language."""

    def said(criterion: Criterion, score: GivenScore | None) -> str:
        if score is not None and score.halves is not None:
            return score_in_words(criterion.scale or Scale(), score.halves, request.formats)
        left = score is not None and score.not_assessed
        return request.localizer.translate(_("not assessed") if left else _("no score yet"))

    return said


def running_total(request: Request, rules: Rules, halves: Mapping[str, int | None]) -> str:
    """Return what the scores that are given come to so far, weighted, of what is possible."""
    given = {code: points(score) for code, score in halves.items() if score is not None}
    parts = [it.weight * given[it.code] for it in rules.criteria if it.code in given]
    figure = request.formats.figure
    words = _(
        "Total so far: ${total} of ${maximum} points",
        mapping={
            "total": figure(shown(sum(parts, Fraction(0)))),
            "maximum": figure(shown(rules.maximum_total)),
        },
    )
    return str(request.localizer.translate(words))

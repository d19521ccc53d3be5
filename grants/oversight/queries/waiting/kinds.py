"""The kinds of things that wait for people, and what is said of each."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from grants.rules.words import N_


class WaitingKind(StrEnum):
    """What is to be done, the most pressing first."""

    SIGN = "sign"
    RETURNED = "returned"
    OWED_LATE = "owed_late"
    ANSWER_AWARDS = "answer_awards"
    REVIEWS_LATE = "reviews_late"
    ANSWER_REQUESTS = "answer_requests"
    REVIEW = "review"
    READY = "ready"
    SUBMIT = "submit"
    OWED_SOON = "owed_soon"
    PUBLISH = "publish"
    RULE = "rule"
    CHECK = "check"
    OPEN_STAGE = "open_stage"
    ENTER = "enter"
    ASSIGN = "assign"
    DISAGREE = "disagree"
    OVERDUE_REVIEWS = "overdue_reviews"
    CLOSE_STAGE = "close_stage"
    COMPUTE = "compute"
    DRAW = "draw"
    ADOPT = "adopt"
    DECIDE = "decide"
    SEND = "send"
    CONDITIONS = "conditions"
    AWARDS_UNANSWERED = "awards_unanswered"
    AGREE = "agree"
    ACCEPT = "accept"
    OVERDUE_DELIVERABLES = "overdue_deliverables"
    CLOSE_PROJECT = "close_project"
    REDRESS = "redress"
    MONEY_FREE = "money_free"
    LETTERS = "letters"


WORDS: Mapping[WaitingKind, str] = {
    WaitingKind.SIGN: N_("Waiting for your second signature: {count}"),
    WaitingKind.RETURNED: N_("Deliverables returned to you for completion: {count}"),
    WaitingKind.OWED_LATE: N_("Your overdue deliverables: {count}"),
    WaitingKind.ANSWER_AWARDS: N_("Awards for you to accept or decline: {count}"),
    WaitingKind.REVIEWS_LATE: N_("Your overdue reviews: {count}"),
    WaitingKind.ANSWER_REQUESTS: N_("Review invitations to accept or decline: {count}"),
    WaitingKind.REVIEW: N_("Reviews to write: {count}"),
    WaitingKind.READY: N_("Complete proposals ready for you to submit: {count}"),
    WaitingKind.SUBMIT: N_("Proposals not submitted yet: {count}"),
    WaitingKind.OWED_SOON: N_("Your deliverables due soon: {count}"),
    WaitingKind.PUBLISH: N_("The call is a draft: complete and publish it"),
    WaitingKind.RULE: N_("Declared interests to decide on: {count}"),
    WaitingKind.CHECK: N_("Proposals to check: {count}"),
    WaitingKind.ENTER: N_("A stage is closed: settle which proposals go on"),
    WaitingKind.OPEN_STAGE: N_("All proposals are checked: open the evaluation"),
    WaitingKind.ASSIGN: N_("Proposals with too few reviewers: {count}"),
    WaitingKind.DISAGREE: N_("Proposals whose reviews disagree, and need one more: {count}"),
    WaitingKind.OVERDUE_REVIEWS: N_("Reviews overdue: {count}"),
    WaitingKind.CLOSE_STAGE: N_("All reviews are in: close the stage"),
    WaitingKind.COMPUTE: N_("The stage is closed: compute the ranking"),
    WaitingKind.DRAW: N_("The allocation of funds depends on a tie: draw lots"),
    WaitingKind.ADOPT: N_("The ranking is computed: adopt it"),
    WaitingKind.DECIDE: N_("Decisions to make: {count}"),
    WaitingKind.SEND: N_("Letters ready to be sent: {count}"),
    WaitingKind.CONDITIONS: N_("Awards with conditions not yet met: {count}"),
    WaitingKind.AWARDS_UNANSWERED: N_("Awards that applicants have not answered in time: {count}"),
    WaitingKind.AGREE: N_("Agreements to sign: {count}"),
    WaitingKind.ACCEPT: N_("Deliverables to accept or return: {count}"),
    WaitingKind.OVERDUE_DELIVERABLES: N_("Overdue deliverables of projects: {count}"),
    WaitingKind.CLOSE_PROJECT: N_("Projects with all deliverables accepted, to be closed: {count}"),
    WaitingKind.REDRESS: N_("Requests for redress to settle: {count}"),
    WaitingKind.MONEY_FREE: N_("Funds are available: check the reserve list"),
    WaitingKind.LETTERS: N_("Undelivered emails: {count}"),
}
"""What is said of each, in a list and in a mail."""

ORDER = {kind: place for place, kind in enumerate(WaitingKind)}


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """Something that waits for somebody: what, how much of it, where, until when."""

    kind: WaitingKind
    path: str
    """The page on which it is done, without the portal's address."""
    where: str
    """The call, project or fund, by its name."""
    count: int = 1
    until: datetime | None = None
    day: date | None = None
    """Where it is due on a day and not at a moment."""
    zone: str = "UTC"

    @property
    def words(self) -> str:
        """Return what it is, to be translated, with a gap for `count`."""
        return WORDS[self.kind]

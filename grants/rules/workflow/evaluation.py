"""The lives of an assignment with its review, of a declaration, and of a ranking."""

from collections.abc import Mapping
from enum import StrEnum

from grants.rules.workflow.roles import Role
from grants.rules.workflow.table import Step, Workflow


class AssignmentStatus(StrEnum):
    """Where a reviewer's work on one proposal stands."""

    OFFERED = "offered"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    CONFLICTED = "conflicted"
    """An interest stands in the way."""
    DRAFT = "draft"
    SUBMITTED = "submitted"
    REOPENED = "reopened"
    LOCKED = "locked"
    EXCLUDED = "excluded"
    """Kept with a reason, and counted no more."""


class StageOutcome(StrEnum):
    """What a stage came to for one proposal."""

    PASSED = "passed"
    FAILED = "failed"
    MAIN = "main"
    """Passed, and on the main list of the ranking that was adopted."""
    RESERVE = "reserve"
    """Passed, and on its reserve list."""


class Interest(StrEnum):
    """What a reviewer or manager declares about their own interests in a proposal."""

    NONE = "none"
    POTENTIAL = "potential"
    DISQUALIFYING = "disqualifying"


class Ruling(StrEnum):
    """What the fund says to a potential conflict."""

    ALLOWED = "allowed"
    CONFLICTED = "conflicted"


class RankingStatus(StrEnum):
    """Where a ranking run stands. A new run supersedes; none is edited."""

    COMPUTED = "computed"
    ADOPTED = "adopted"
    SUPERSEDED = "superseded"


class DecisionKind(StrEnum):
    """What the fund decides on a proposal."""

    AWARD = "award"
    AWARD_WITH_CONDITIONS = "award_with_conditions"
    RESERVE = "reserve"
    REJECT_BUDGET = "reject_budget"
    REJECT_THRESHOLD = "reject_threshold"
    REJECT_OTHER = "reject_other"


FORMER_STEPS: Mapping[str, str] = {"void": "exclude", "bar": "recuse"}
"""Steps by the names that older entries of the ledger have for them: no entry is ever rewritten."""

FORMER_STATUSES: Mapping[str, str] = {"void": "excluded", "barred": "conflicted"}
"""Statuses and rulings likewise."""

SUBMITTED_REVIEWS = (AssignmentStatus.SUBMITTED, AssignmentStatus.LOCKED)
"""Where a review counts; one that is reopened, or cleared after a ruling, has to come in again."""

OUTSTANDING = (AssignmentStatus.OFFERED, AssignmentStatus.ACCEPTED, AssignmentStatus.DRAFT)
"""Where a review is still waited for."""

_ = AssignmentStatus
_I, _R, _M = Role.INVITED_REVIEWER, Role.REVIEWER, Role.MANAGER

# fmt: off
ASSIGNMENT_STEPS: Workflow[AssignmentStatus] = Workflow("review", (
    Step("decline", _.OFFERED,   _.DECLINED,  _I),
    Step("declare", _.OFFERED,   _.ACCEPTED,  _I),
    # An interest that a reviewer discovers later is declared like the first one.
    *(Step("declare", status, status, _R) for status in (
        _.ACCEPTED, _.DRAFT, _.SUBMITTED, _.REOPENED)),
    Step("recuse",  _.OFFERED,   _.CONFLICTED, _I),
    Step("recuse",  _.ACCEPTED,  _.CONFLICTED, _R),
    Step("recuse",  _.DRAFT,     _.CONFLICTED, _R),
    Step("recuse",  _.SUBMITTED, _.CONFLICTED, _R),
    Step("recuse",  _.REOPENED,  _.CONFLICTED, _R),
    Step("clear",   _.CONFLICTED, _.ACCEPTED, _M),
    Step("score",   _.ACCEPTED,  _.DRAFT,     _R),
    Step("score",   _.DRAFT,     _.DRAFT,     _R),
    Step("score",   _.REOPENED,  _.REOPENED,  _R),
    Step("submit",  _.DRAFT,     _.SUBMITTED, _R),
    Step("submit",  _.REOPENED,  _.SUBMITTED, _R),
    Step("submit",  _.SUBMITTED, _.SUBMITTED, _R),  # a double click
    # What reviewers agree on a proposal is for those whose own review is in.
    Step("confer",  _.SUBMITTED, _.SUBMITTED, _R),
    Step("reopen",  _.SUBMITTED, _.REOPENED,  _M),
    Step("lock",    _.SUBMITTED, _.LOCKED,    _M),
    *(Step("exclude", status, _.EXCLUDED, _M) for status in (
        _.OFFERED, _.ACCEPTED, _.DRAFT, _.SUBMITTED, _.REOPENED)),
))
# fmt: on

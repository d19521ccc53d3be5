"""What an applicant is told of where a proposal stands: nothing before its letter was sent."""

from enum import StrEnum

from grants.rules.words import N_
from grants.rules.workflow.evaluation import DecisionKind
from grants.rules.workflow.proposals import ProposalStatus


class ApplicantStatus(StrEnum):
    """Where a proposal stands, in the applicant's words."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    REOPENED = "reopened"
    IN_EVALUATION = "in_evaluation"
    INVITED = "invited"
    LAPSED = "lapsed"
    AWARDED = "awarded"
    ON_THE_RESERVE_LIST = "on_the_reserve_list"
    NOT_AWARDED = "not_awarded"
    WITHDRAWN = "withdrawn"


WORDS = (
    N_("Draft"),
    N_("Submitted"),
    N_("Reopened"),
    N_("In evaluation"),
    N_("Invited to the next stage"),
    N_("Not submitted in time"),
    N_("Awarded"),
    N_("On the reserve list"),
    N_("Not awarded"),
    N_("Withdrawn"),
)
"""How these are said; found by Babel here."""

_ALWAYS = {
    ProposalStatus.DRAFT: ApplicantStatus.DRAFT,
    ProposalStatus.SUBMITTED: ApplicantStatus.SUBMITTED,
    ProposalStatus.TAKEN_BACK: ApplicantStatus.REOPENED,
    ProposalStatus.INVITED: ApplicantStatus.INVITED,
    ProposalStatus.LAPSED: ApplicantStatus.LAPSED,
    ProposalStatus.WITHDRAWN: ApplicantStatus.WITHDRAWN,
}
_DECIDED = {
    DecisionKind.AWARD: ApplicantStatus.AWARDED,
    DecisionKind.AWARD_WITH_CONDITIONS: ApplicantStatus.AWARDED,
    DecisionKind.RESERVE: ApplicantStatus.ON_THE_RESERVE_LIST,
}


def applicant_status(status: ProposalStatus, decided: DecisionKind | None) -> ApplicantStatus:
    """Return where a proposal stands; `decided` only once its letter was sent."""
    if status in _ALWAYS:
        return _ALWAYS[status]
    return (
        _DECIDED.get(decided, ApplicantStatus.NOT_AWARDED)
        if decided
        else ApplicantStatus.IN_EVALUATION
    )

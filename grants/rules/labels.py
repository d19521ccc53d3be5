"""What kinds and statuses are called, wherever they are shown: pages, papers, spreadsheets, mail.

A status whose own word is right is not here: see `Formats.words`.
"""

from collections.abc import Mapping

from grants.rules.words import N_
from grants.rules.workflow import DecisionKind

ORGANISATION_KINDS: Mapping[str, str] = {
    "city": N_("City"),
    "cluster": N_("Cluster"),
    "company": N_("Company"),
    "academic": N_("Academic body"),
    "ngo": N_("Non-governmental organisation"),
}
"""What an organisation is: an applicant, a partner."""

PARTNER_KINDS: Mapping[str, str] = {
    "paired_city": N_("Paired city"),
    **ORGANISATION_KINDS,
    "academia": N_("Academia"),
}
"""What a partner of a project is, in papers; the last is of forms that are older."""

PARTICIPANT_KINDS: Mapping[str, str] = {
    "city_council": N_("City council"),
    "cluster": N_("Cluster"),
    "academia": N_("Academia"),
    "company": N_("Company"),
    "other": N_("Other"),
}
"""Where somebody came from who took part in an event."""

PARTICIPANTS_OF_KINDS: Mapping[str, str] = {
    "city_council": N_("City councils"),
    "cluster": N_("Clusters"),
    "academia": N_("Academia"),
    "company": N_("Companies"),
    "other": N_("Other"),
}
"""The same above a column that counts them."""

DECISION_CHOICES: Mapping[DecisionKind, str] = {
    DecisionKind.AWARD: N_("Award"),
    DecisionKind.AWARD_WITH_CONDITIONS: N_("Award with conditions"),
    DecisionKind.RESERVE: N_("Reserve list"),
    DecisionKind.REJECT_BUDGET: N_("Reject: insufficient funds"),
    DecisionKind.REJECT_THRESHOLD: N_("Reject: below a threshold"),
    DecisionKind.REJECT_OTHER: N_("Reject for another reason"),
}
"""What a manager chooses among."""

NOT_FUNDED: Mapping[DecisionKind, str] = {
    DecisionKind.RESERVE: N_("On the reserve list"),
    DecisionKind.REJECT_BUDGET: N_("Insufficient funds"),
    DecisionKind.REJECT_THRESHOLD: N_("Below a threshold"),
    DecisionKind.REJECT_OTHER: N_("Another reason"),
}
"""Why a proposal is not funded, in the award report."""

WORDS_OF_VALUES: Mapping[str, str] = {
    # Where things stand.
    "main": N_("Main list"),
    "reserve": N_("Reserve list"),
    "in_stage": N_("In evaluation"),
    "passed": N_("Above the thresholds"),
    "invited": N_("Invited to the next stage"),
    "not_invited": N_("Not invited to the next stage"),
    "lapsed": N_("Not submitted in time"),
    "taken_back": N_("Reopened"),
    "delivered": N_("Submitted"),
    "failed": N_("No agreement"),
    "revoked": N_("Withdrawn"),
    # What is decided or proposed.
    "reject_budget": N_("Rejected: insufficient funds"),
    "reject_threshold": N_("Rejected: below the thresholds"),
    "reject_other": N_("Rejected"),
    "award_with_conditions": N_("Award with conditions"),
    "conflicted": N_("Conflict of interest"),
    # What older entries of the ledger call it.
    "bar": N_("Record conflict of interest"),
    "barred": N_("Conflict of interest"),
    "void": N_("Excluded"),
    # What people do, as the ledger lists it.
    "give_up_agreement": N_("Cancel the agreement"),
    "take_back": N_("Reopen"),
    "deliver": N_("Submit"),
    "stand": N_("Restore submitted version"),
    "restore": N_("Undo the withdrawal"),
    "restore_draft": N_("Undo the withdrawal"),
    "restore_invited": N_("Undo the withdrawal"),
    "invite_next": N_("Invite to the next stage"),
    "advance": N_("Move to the next stage"),
    "pass_over": N_("Not invite to the next stage"),
    "lapse": N_("Deadline passed without submission"),
    "enter": N_("Settle who goes on"),
    "recuse": N_("Record conflict of interest"),
    "clear": N_("Clear conflict of interest"),
    "rule": N_("Decide on interest"),
    "sign": N_("Record signature"),
    "correct signing": N_("Correct signature date"),
    "meet conditions": N_("Record conditions as met"),
    "prepare": N_("Correct the dates"),
    "list": N_("Put on the main list"),
    "authorise": N_("Appoint as authorised officer"),
    "end_authority": N_("Revoke authorisation"),
    "revoke": N_("Withdraw"),
    "keep": N_("Store"),
}
"""Values of tables and the ledger, where the value itself is not the word that pages show."""

FORMER_REASONS: Mapping[str, str] = {
    "The reviewer applies in this call by now.": N_(
        "The reviewer is now an applicant in this call."
    ),
    "The reviewer does not review for this call any more.": N_(
        "The reviewer no longer reviews for this call."
    ),
    "The stage was closed before this review was handed in.": N_(
        "The stage was closed before this review was submitted."
    ),
}
"""Reasons that the portal gave for excluding a review in earlier words, by what it says today."""


def present_reason(reason: str) -> str:
    """Return a kept reason in the words of today; what people wrote stays as it is."""
    return FORMER_REASONS.get(reason, reason)

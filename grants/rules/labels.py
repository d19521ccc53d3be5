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
    DecisionKind.REJECT_BUDGET: N_("Reject: the money does not reach it"),
    DecisionKind.REJECT_THRESHOLD: N_("Reject: below a threshold"),
    DecisionKind.REJECT_OTHER: N_("Reject for another reason"),
}
"""What a manager chooses among."""

NOT_FUNDED: Mapping[DecisionKind, str] = {
    DecisionKind.RESERVE: N_("On the reserve list"),
    DecisionKind.REJECT_BUDGET: N_("The call's money is used up"),
    DecisionKind.REJECT_THRESHOLD: N_("Below a threshold"),
    DecisionKind.REJECT_OTHER: N_("Another reason"),
}
"""Why a proposal is not funded, in the award report."""

LONGER: Mapping[str, str] = {
    "main": N_("Main list"),
    "reserve": N_("Reserve list"),
    "in_stage": N_("In evaluation"),
    "passed": N_("Above the thresholds"),
    "reject_budget": N_("Rejected: the money ends before it"),
    "reject_threshold": N_("Rejected: below the thresholds"),
    "reject_other": N_("Rejected"),
    "award_with_conditions": N_("Award with conditions"),
    "conflicted": N_("Conflict of interest"),
}
"""Statuses and decisions, by their values, whose own words are too short."""

"""Versions of plans of assignments, and of what reviewers say of themselves."""

from grants.accounts.models import Person
from grants.calls.models import Fund
from grants.evaluation.models import AssignmentPlan, ReviewerProfile
from grants.kit.database.tables import columns
from grants.oversight.queries.edit_tokens import Version, Versions
from grants.rules.workflow import PLAN_STEPS


def plan_version(versions: Versions, plan: AssignmentPlan) -> Version:
    """Return the version of a plan: what it assigns, and where it stands."""
    reference = plan.reference
    return versions.of(PLAN_STEPS.noun, reference, locked=plan, seen=lambda: columns(plan))


def profile_version(
    versions: Versions, person: Person, fund: Fund, profile: ReviewerProfile | None
) -> Version:
    """Return the version of what a reviewer's entry says; there may be none yet.

    The person is locked, so that of two who write the first entry the second waits.
    """
    reference = f"{fund.code}/{person.id}"
    return versions.of(
        "reviewer profile",
        reference,
        locked=person,
        anew=(profile,) if profile else (),
        seen=lambda: columns(profile) if profile else {},
    )

"""The version of an award as its applicant answers it."""

from sqlalchemy import select

from grants.decisions.models import AwardAnswer, Decision
from grants.kit.database.tables import columns
from grants.oversight.queries.edit_tokens import Version, Versions
from grants.projects.models import Project


def award_version(versions: Versions, decision: Decision, project: Project) -> Version:
    """Return the version of an award: what was told, where its project stands, the answer."""

    def seen() -> object:
        query = select(AwardAnswer).where(AwardAnswer.decision_id == decision.id)
        given = [columns(it) for it in versions.db.scalars(query)]
        return columns(decision), project.status, given

    reference = decision.proposal.reference
    return versions.of("award answer", reference, locked=project, seen=seen)

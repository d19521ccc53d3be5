"""The version of the questions that were asked about a proposal."""

from sqlalchemy import select

from grants.kit.database.tables import columns
from grants.oversight.queries.edit_tokens import Version, Versions
from grants.proposals.clarifications import Clarification
from grants.proposals.models import Proposal
from grants.rules.workflow.clarifications import CLARIFICATION_STEPS


def clarifications_version(versions: Versions, proposal: Proposal) -> Version:
    """Return the version of all that was asked and answered, named by the newest."""
    query = (
        select(Clarification)
        .where(Clarification.proposal_id == proposal.id)
        .order_by(Clarification.number)
        .execution_options(populate_existing=True)
    )

    def seen() -> object:
        return [columns(it) for it in versions.db.scalars(query)]

    number = len(versions.db.scalars(query).all())
    reference = f"{proposal.reference}/C{number}"
    return versions.of(CLARIFICATION_STEPS.noun, reference, locked=proposal, seen=seen)

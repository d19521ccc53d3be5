"""The version of the formal check of a proposal, named by what was answered last."""

from dataclasses import replace

from sqlalchemy import select

from grants.evaluation.models import CheckItem
from grants.oversight.queries.edit_tokens import Version, Versions
from grants.proposals.models import Proposal


def check_table_version(versions: Versions, proposal: Proposal) -> Version:
    """Return the version of all answers, so that whoever is overtaken reads who answered last."""
    whole = versions.check(proposal)
    newest = (
        select(CheckItem.code)
        .where(CheckItem.proposal_id == proposal.id)
        .order_by(CheckItem.checked_at.desc(), CheckItem.id.desc())
    )
    code = versions.db.scalar(newest.limit(1)) or ""
    return replace(whole, subject="check item", reference=f"{proposal.reference}/{code}")

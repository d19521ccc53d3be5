"""Of the versions of a proposal, the one that counts: the newest."""

from collections.abc import Collection

from sqlalchemy import Select, and_, func, select

from grants.proposals.models import Proposal, ProposalVersion


def version(proposal: Proposal) -> Select[ProposalVersion]:
    """Select the version of a proposal that counts; none before it was submitted."""
    mine = select(ProposalVersion).where(ProposalVersion.proposal_id == proposal.id)
    return mine.order_by(ProposalVersion.number.desc()).limit(1)


def versions(proposals: Collection[int]) -> Select[ProposalVersion]:
    """Select the same of many proposals, by their numbers."""
    newest = (
        select(ProposalVersion.proposal_id, func.max(ProposalVersion.number).label("number"))
        .where(ProposalVersion.proposal_id.in_(proposals))
        .group_by(ProposalVersion.proposal_id)
        .subquery()
    )
    same = and_(
        ProposalVersion.proposal_id == newest.c.proposal_id,
        ProposalVersion.number == newest.c.number,
    )
    return select(ProposalVersion).join(newest, same)

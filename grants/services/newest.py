"""Of what is kept in versions, the one that counts: the newest."""

from collections.abc import Collection

from sqlalchemy import Select, and_, func, select

from grants.models import Call, FormVersion, Proposal, ProposalVersion, Ranking


def version(proposal: Proposal) -> Select[ProposalVersion]:
    """Select the version of a proposal that counts; none before it was handed in."""
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


def ranking(call: Call) -> Select[Ranking]:
    """Select the newest run of a call's ranking; earlier ones are superseded."""
    runs = select(Ranking).where(Ranking.call_id == call.id)
    return runs.order_by(Ranking.number.desc()).limit(1)


def form(code: str) -> Select[FormVersion]:
    """Select the newest version of a form."""
    kept = select(FormVersion).where(FormVersion.code == code)
    return kept.order_by(FormVersion.number.desc()).limit(1)

"""The countries that proposals were submitted with, for ties that are ended by them."""

from collections.abc import Mapping

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from grants.calls.models import Stage
from grants.calls.queries.frozen_rules import frozen_rules
from grants.proposals.models import Proposal, ProposalVersion
from grants.rules.scoring.ties import used_fields


def submitted_countries(db: Session, stage: Stage) -> Mapping[int, str]:
    """Return them by the number of the proposal; nothing where no tie rule looks at them.

    Not those of the register, which one person corrects at any time.
    """
    if "country" not in used_fields(frozen_rules(stage).tie_rules):
        return {}
    last = (
        select(func.max(ProposalVersion.number))
        .where(ProposalVersion.proposal_id == Proposal.id)
        .correlate(Proposal)
        .scalar_subquery()
    )
    query = (
        select(Proposal.id, ProposalVersion.content["organisation"]["country"].as_string())
        .join(ProposalVersion, ProposalVersion.proposal_id == Proposal.id)
        .where(Proposal.call_id == stage.call_id, ProposalVersion.number == last)
    )
    return {number: country or "" for number, country in db.execute(query)}

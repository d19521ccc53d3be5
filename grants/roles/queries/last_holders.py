"""Who cannot leave, because nobody would be left who can act."""

from collections.abc import Sequence

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from grants.accounts.models import Appointment, Membership
from grants.calls.models import Fund
from grants.directory.models import Organisation
from grants.proposals.models import Proposal
from grants.rules.workflow import ProposalStatus, Role

_OVER = (ProposalStatus.WITHDRAWN, ProposalStatus.REJECTED)


def has_live_proposals(db: Session, organisation: Organisation) -> bool:
    """Return whether an organisation has proposals or projects, which would be nobody's."""
    alive = exists().where(
        Proposal.organisation_id == organisation.id, Proposal.status.not_in(_OVER)
    )
    return bool(db.scalar(select(alive)))


def last_members(db: Session, members: Sequence[Membership]) -> frozenset[int]:
    """Name by their numbers the memberships of an organisation that cannot end now."""
    if len(members) != 1 or not has_live_proposals(db, members[0].organisation):
        return frozenset()
    return frozenset({members[0].id})


def last_managers(fund: Fund, holding: Sequence[Appointment]) -> frozenset[int]:
    """Name by their numbers the roles in a fund that cannot end now."""
    manage = [it for it in holding if it.fund_id == fund.id and it.role is Role.MANAGER]
    able = {
        it.person_id for it in manage if it.person.confirmed_at and it.person.blocked_at is None
    }
    return frozenset(it.id for it in manage if not able - {it.person_id})

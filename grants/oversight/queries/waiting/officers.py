"""What waits for authorised officers: proposals with all that is asked for, not submitted yet."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager, joinedload

from grants.accounts.models import Person
from grants.calls.models import Call, FormVersion
from grants.calls.queries.definitions import asked_of
from grants.calls.queries.facts import asks_for_officers
from grants.proposals.models import Proposal, Section
from grants.proposals.queries.submission_checks import still_missing
from grants.rules.forms.answers import Answers
from grants.rules.workflow import CallStatus, ProposalStatus

_WRITING = (ProposalStatus.DRAFT, ProposalStatus.TAKEN_BACK)


def ready(db: Session, person: Person, at: datetime) -> Sequence[Proposal]:
    """List what an authorised officer can submit now; three queries, and none for others.

    Only under calls that ask for an officer: under others any member submits.
    """
    bound = [it.organisation_id for it in person.memberships if it.authorised_at]
    if not bound:
        return ()
    found = db.scalars(
        select(Proposal)
        .join(Proposal.call)
        .where(
            Proposal.organisation_id.in_(bound),
            Proposal.status.in_(_WRITING),
            Call.status == CallStatus.PUBLISHED,
            Call.opens_at <= at,
            at < Call.closes_at,
        )
        .options(
            contains_eager(Proposal.call).selectinload(Call.topics),
            joinedload(Proposal.form).defer(FormVersion.definition),
        )
        .order_by(Call.closes_at, Proposal.id)
    ).all()
    asked = [it for it in found if asks_for_officers(it.call)]
    written = _written(db, asked)
    return [it for it in asked if not still_missing(it.call, asked_of(it), written[it.id])]


def _written(db: Session, proposals: Sequence[Proposal]) -> dict[int, Answers]:
    found: dict[int, dict[str, dict[str, object]]] = {it.id: {} for it in proposals}
    sections = select(Section).where(Section.proposal_id.in_(found))
    for section in db.scalars(sections) if found else ():
        found[section.proposal_id][section.code] = section.answers
    return dict(found)

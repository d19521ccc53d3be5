"""What waits for authorised officers: proposals with all that is asked for, not submitted yet."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from grants.accounts.models import Person
from grants.calls.models import Call, FormVersion, Stage
from grants.calls.queries.definitions import asked_of
from grants.calls.queries.facts import asks_for_officers
from grants.proposals.models import Proposal, Section
from grants.proposals.queries.submission_checks import still_missing
from grants.proposals.service.after_closing import WRITING
from grants.rules.forms.answers import Answers
from grants.rules.workflow import CallStatus

UNTIL = func.coalesce(Stage.writing_closes_at, Call.closes_at)
"""Until when a proposal is submitted: its call, or the stage that it is invited to, says it."""


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
        .outerjoin(Proposal.invited_to)
        .where(
            Proposal.organisation_id.in_(bound),
            Proposal.status.in_(WRITING),
            Call.status == CallStatus.PUBLISHED,
            Call.opens_at <= at,
            at < UNTIL,
        )
        .options(
            contains_eager(Proposal.call).selectinload(Call.topics),
            contains_eager(Proposal.invited_to),
            joinedload(Proposal.form).defer(FormVersion.definition),
        )
        .order_by(UNTIL, Proposal.id)
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

"""The clarifications of a call, for its award report."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager, joinedload

from grants.calls.models import Call
from grants.kit.language.formats import Formats
from grants.kit.language.i18n import translations
from grants.oversight.documents.award_clarifications import ClarificationEntry
from grants.proposals.clarifications import Clarification
from grants.proposals.models import Proposal
from grants.rules.words import N_
from grants.rules.workflow.clarifications import ClarificationStatus


def clarification_entries(
    db: Session, call: Call, said: Formats, now: datetime
) -> list[ClarificationEntry]:
    """Tell of each question that was asked during the check; one query."""
    query = (
        select(Clarification)
        .join(Clarification.proposal)
        .where(Proposal.call_id == call.id)
        .options(contains_eager(Clarification.proposal), joinedload(Clarification.version))
        .order_by(Proposal.reference, Clarification.number)
    )
    return [_entry(it, said, now) for it in db.scalars(query)]


def _entry(it: Clarification, said: Formats, now: datetime) -> ClarificationEntry:
    say = translations(said.language).gettext
    note = ""
    if it.status is ClarificationStatus.ANSWERED and it.version is not None:
        outcome = say(N_("Answered with version {number}")).format(number=it.version.number)
        note = it.answer
    elif it.is_unanswered(now):
        outcome = say(N_("Not answered in time"))
    elif it.status is ClarificationStatus.ASKED:
        outcome = say(N_("Still open"))
    else:
        outcome, note = say(N_("Withdrawn")), it.reason
    return ClarificationEntry(
        reference=it.proposal.reference,
        title=it.proposal.title,
        question=it.question,
        asked_at=it.asked_at,
        outcome=outcome,
        note=note,
    )

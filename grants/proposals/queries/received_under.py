"""What stands under a call by now: what is written, in which topics."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from grants.calls.models import Call, Topic
from grants.calls.queries.definitions import definition_of
from grants.proposals.models import Proposal, Section
from grants.rules.forms.topics import ROLE
from grants.rules.words import N_

CURRENCY_STAYS = N_("The currency can no longer be changed: proposals are being written in it.")


def has_proposals(db: Session, call: Call) -> bool:
    """Return whether anybody writes under a call."""
    return db.scalar(select(Proposal.id).where(Proposal.call_id == call.id).limit(1)) is not None


def topics_in_use(db: Session, call: Call) -> set[str]:
    """Gather the topics of all proposals of a call, those of drafts among them."""
    lifted = select(Topic.code).join(Proposal, Proposal.topic_id == Topic.id)
    used = set(db.scalars(lifted.where(Proposal.call_id == call.id)))
    found = definition_of(call.form).playing(ROLE) if call.form else None
    if found:
        section, field = found
        written = select(Section.answers).join(Section.proposal)
        here = written.where(Proposal.call_id == call.id, Section.code == section.code)
        for answers in db.scalars(here):
            chosen = answers.get(field.code)
            used.update(chosen if isinstance(chosen, list) else [str(chosen)])
    return used

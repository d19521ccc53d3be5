"""What follows for the evaluation: who is told, who judges no more, what stays as it is."""

from itertools import groupby

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from grants.accounts.correspondence import language_for, write
from grants.calls.models import Call
from grants.calls.queries.facts import judged_by
from grants.evaluation.models import CheckItem
from grants.evaluation.models.consensus import ConsensusReport
from grants.evaluation.models.panels import PanelMeeting
from grants.evaluation.service.applicants import Applicants
from grants.evaluation.service.consensus import ConsensusReports
from grants.kit.language.formats import formats
from grants.kit.subscribing import EventContext, Handlers
from grants.proposals.models import Proposal
from grants.proposals.queries.received_under import CURRENCY_STAYS, has_proposals
from grants.rules import events
from grants.rules.errors import NotAllowedNow
from grants.rules.words import N_
from grants.rules.workflow import ProposalStatus

_UNJUDGED = (
    ProposalStatus.DRAFT,
    ProposalStatus.SUBMITTED,
    ProposalStatus.TAKEN_BACK,
    ProposalStatus.WITHDRAWN,
)


def refuse_once_judged(event: events.CallChanging, context: EventContext) -> None:
    """Refuse to change what proposals are judged by once anything is said about them."""
    call, facts = event.call, event.facts
    money = facts.currency != call.currency
    if not (money or judged_by(call, facts) != judged_by(call)) or not _is_judged(context.db, call):
        return
    if money and has_proposals(context.db, call):
        raise NotAllowedNow(CURRENCY_STAYS)
    if judged_by(call, facts) != judged_by(call):
        raise NotAllowedNow(
            N_(
                "The check of the proposals has begun: the dates, the checklist, the criteria"
                " and the rules stay as they are."
            )
        )


def _is_judged(db: Session, call: Call) -> bool:
    """Return whether anything is said yet about what a call received."""
    checked = select(CheckItem.id).where(CheckItem.proposal_id == Proposal.id)
    judged = select(Proposal.id).where(
        Proposal.call_id == call.id,
        or_(Proposal.status.not_in(_UNJUDGED), checked.exists()),
    )
    return db.scalar(judged.limit(1)) is not None


def withdraw_reviews(event: events.ProposalSubmitted, context: EventContext) -> None:
    """Take away the reviews of all who apply in the call by now."""
    submitted_at = event.version.submitted_at
    applicants = Applicants(context.db, context.publish, lambda: submitted_at)
    applicants.withdraw_reviews_in(event.proposal.call, by=event.version.submitted_by)


def assigned(event: events.ReviewersAssigned, context: EventContext) -> None:
    """Write one letter to each reviewer, however many proposals they were given."""
    by_reviewer = sorted(event.assignments, key=lambda it: it.reviewer_id)
    for _number, group in groupby(by_reviewer, key=lambda it: it.reviewer_id):
        mine = list(group)
        stage, fund = mine[0].stage, mine[0].stage.call.fund
        said = formats(language_for(mine[0].reviewer, fund, context.settings))
        write(
            context,
            mine[0].reviewer,
            "assigned",
            fund=fund,
            about=stage.call.scope,
            count=len(mine),
            call=stage.call.title,
            until=said.moment(stage.due_at, stage.call.zone) if stage.due_at else None,
            url=context.settings.url("reviews"),
        )


def reopened(event: events.ReviewReopened, context: EventContext) -> None:
    """Tell a reviewer why a submitted review is open again."""
    it = event.assignment
    write(
        context,
        it.reviewer,
        "reopened",
        fund=it.proposal.call.fund,
        about=it.proposal.scope,
        reference=it.proposal.reference,
        reason=it.reason,
        url=context.settings.url("reviews", str(it.id)),
    )


def rapporteur_named(event: events.ConsensusBegun, context: EventContext) -> None:
    """Ask the rapporteur to write the consensus report."""
    _tell_of_consensus(context, event.report, "rapporteur", {event.report.rapporteur_id})


def consensus_circulated(event: events.ConsensusCirculated, context: EventContext) -> None:
    """Ask the other reviewers to approve a consensus report, or to write a minority view."""
    consensus = ConsensusReports(context.db, context.publish)
    asked = {it.id for it in consensus.unanswered(event.report)}
    _tell_of_consensus(context, event.report, "consensus", asked)


def _tell_of_consensus(
    context: EventContext, report: ConsensusReport, letter: str, people: set[int]
) -> None:
    consensus = ConsensusReports(context.db, context.publish)
    for it in consensus.reviewed(report.stage, report.proposal):
        if it.reviewer_id in people:
            write(
                context,
                it.reviewer,
                letter,
                fund=report.proposal.call.fund,
                about=report.proposal.scope,
                reference=report.proposal.reference,
                url=context.settings.url("reviews", str(it.id), "consensus"),
            )


def panel_planned(event: events.PanelPlanned, context: EventContext) -> None:
    """Tell the members of a panel when it meets."""
    _tell_of_meeting(context, event.meeting, "panel")


def panel_cancelled(event: events.PanelCancelled, context: EventContext) -> None:
    """Tell the members of a panel that it does not meet, and why."""
    _tell_of_meeting(context, event.meeting, "panel_cancelled")


def _tell_of_meeting(context: EventContext, meeting: PanelMeeting, letter: str) -> None:
    call = meeting.stage.call
    for it in meeting.members:
        said = formats(language_for(it.person, call.fund, context.settings))
        write(
            context,
            it.person,
            letter,
            fund=call.fund,
            about=call.scope,
            code=call.code,
            title=meeting.title,
            call=call.title,
            place=meeting.place,
            reason=meeting.reason,
            starts=said.moment(meeting.starts_at, call.zone),
            url=context.settings.url("panels", str(meeting.id)),
        )


HANDLERS: Handlers = {
    events.PanelPlanned: (panel_planned,),
    events.PanelCancelled: (panel_cancelled,),
    events.ConsensusBegun: (rapporteur_named,),
    events.ConsensusCirculated: (consensus_circulated,),
    events.CallChanging: (refuse_once_judged,),
    events.ProposalSubmitted: (withdraw_reviews,),
    events.ReviewersAssigned: (assigned,),
    events.ReviewReopened: (reopened,),
}

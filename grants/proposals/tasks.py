"""Jobs about proposals: receipts, and what happens by the clock when calls close.

Each does nothing the second time.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from grants.accounts import correspondence
from grants.accounts.models import Person
from grants.calls.models import Call, Stage
from grants.calls.queries.definitions import definition_of
from grants.kit.database import db
from grants.kit.jobs import Context, defer, task
from grants.kit.language.formats import formats
from grants.kit.language.i18n import translations
from grants.kit.mail.wording import letter
from grants.proposals.clarifications import Clarification
from grants.proposals.documents.keeping import ProposalPapers
from grants.proposals.documents.sending import PATIENT, post_document
from grants.proposals.models import Proposal, ProposalVersion
from grants.proposals.queries.reading import team_of
from grants.proposals.service.after_closing import WRITING, Deadlines, await_end
from grants.proposals.service.proposals import Proposals
from grants.rules.forms import formtext
from grants.rules.workflow import ProposalStatus


@task("watch_deadlines", at_start=True)
def watch_deadlines(context: Context) -> None:
    """Ask again for all that calls' ends bring: for calls that are older than this habit."""
    with db.writing(context.sessions) as session:
        for call in _deadlines(context, session).ahead():
            await_end(session, call)


@task("settle_teams")
def settle_teams(
    context: Context, *, call_id: int, closes_at: str, stage_id: int | None = None
) -> None:
    """Have what was reopened, and not submitted again, count as it was submitted last."""
    with db.writing(context.sessions) as session:
        call = session.get_one(Call, call_id)
        if _stands(_end(session, call, stage_id), closes_at):
            _deadlines(context, session).settle(call)


@task("remind_teams")
def remind_teams(
    context: Context, *, call_id: int, closes_at: str, stage_id: int | None = None
) -> None:
    """Have each team written to that has not submitted its proposal, each by a job of its own."""
    with db.writing(context.sessions) as session:
        call = session.get_one(Call, call_id)
        end = _end(session, call, stage_id)
        if not _stands(end, closes_at) or context.clock() >= end:
            return
        stage = session.get_one(Stage, stage_id) if stage_id else None
        for number in _deadlines(context, session).unsent(call, stage):
            key = f"remind_team/{number}/{closes_at}"
            defer(session, "remind_team", key=key, proposal_id=number, closes_at=closes_at)


@task("remind_team")
def remind_team(context: Context, *, proposal_id: int, closes_at: str) -> None:
    """Tell a team that its call closes soon, what counts by then, and what is missing."""
    with db.writing(context.sessions) as session:
        proposal = session.get_one(Proposal, proposal_id)
        call = proposal.call
        proposals = Proposals(session, context.publisher(session), context.clock)
        late = context.clock() >= proposal.closes_at
        if late or not _stands(proposal.closes_at, closes_at) or proposal.status not in WRITING:
            return
        answers = proposals.answers(proposal)
        missing = proposals.missing(proposal, answers)
        sections = {it.code: it.title for it in definition_of(proposal.form).sections}
        version = proposals.counting_version(proposal)
        for person in proposals.team(proposal):
            language = correspondence.language_for(person, call.fund, context.settings)
            say = translations(language).gettext
            listed = [
                (
                    formtext.said(sections[it.section], language, say),
                    formtext.said(it.label, language, say),
                    it.text(say, language),
                )
                for it in missing
            ]
            values = {
                "title": proposal.title,
                "reference": proposal.reference,
                "closes": formats(language).moment(proposal.closes_at, call.zone),
                "receipt": version.receipt if version else "",
                "missing": listed,
                "url": context.settings.url("proposals", proposal.reference),
            }
            _post(context, session, proposal, person, f"remind/{proposal.id}/{closes_at}", values)


@task("remind_clarification")
def remind_clarification(context: Context, *, clarification_id: int) -> None:
    """Tell a team once more that a question waits for its answer, a day before its end."""
    with db.writing(context.sessions) as session:
        asked = session.get_one(Clarification, clarification_id)
        proposal = asked.proposal
        if not asked.is_open(context.clock()) or proposal.status is not ProposalStatus.SUBMITTED:
            return
        for person in team_of(session, proposal):
            fund = proposal.call.fund
            said = formats(correspondence.language_for(person, fund, context.settings))
            written = letter(
                "clarification",
                person,
                context.settings,
                fund=fund,
                title=proposal.title,
                reference=proposal.reference,
                question=asked.question,
                until=said.moment(asked.due_at, proposal.call.zone),
                url=context.settings.url("proposals", proposal.reference, "clarification"),
            )
            key = f"remind_clarification/{asked.id}/{person.id}"
            correspondence.post(session, written, key=key, about=proposal.scope)


@task("send_receipt", attempts=PATIENT)
def send_receipt(context: Context, *, version_id: int) -> None:
    """Send the receipt of a version to everybody who writes the proposal."""
    with db.writing(context.sessions) as session:
        over = (session, context.publisher(session), context.clock)
        version = session.get_one(ProposalVersion, version_id)
        proposal = version.proposal
        papers = ProposalPapers(*over, storage=context.storage, branding=context.settings.branding)
        kept = papers.keep_receipt(version)
        call = proposal.call
        for person in Proposals(*over).team(proposal):
            said = formats(correspondence.language_for(person, call.fund, context.settings))
            values = {
                "title": version.content.get("lifted", {}).get("title") or proposal.title,
                "reference": proposal.reference,
                "receipt": version.receipt,
                "by": version.submitted_by.name,
                "received": said.moment(version.submitted_at, call.zone),
                "utc": said.moment(version.submitted_at),
                "sha256": version.sha256,
                "closes": said.moment(proposal.closes_at, call.zone),
                "url": context.settings.url("proposals", proposal.reference, "receipt"),
            }
            key = f"receipt/{version.id}/{person.id}"
            post_document(
                context, session, proposal, person, "receipt", key, kept, version.receipt, values
            )


def _end(session: Session, call: Call, stage_id: int | None) -> datetime:
    """Return until when a form is written: the call's, or that of one of its stages."""
    until = session.get_one(Stage, stage_id).writing_closes_at if stage_id else None
    return until or call.closes_at


def _stands(end: datetime, closes_at: str) -> bool:
    """Return whether the deadline is still the one that the job was asked for."""
    return end == datetime.fromisoformat(closes_at)


def _deadlines(context: Context, session: Session) -> Deadlines:
    return Deadlines(session, context.publisher(session), context.clock)


def _post(
    context: Context,
    session: Session,
    about: Proposal,
    person: Person,
    key: str,
    values: Mapping[str, Any],
) -> None:
    written = letter("closes_soon", person, context.settings, fund=about.call.fund, **values)
    correspondence.post(session, written, key=f"{key}/{person.id}", about=about.scope)

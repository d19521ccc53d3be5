"""The papers that leave by mail: made once, kept, and sent to each member of the team.

A job may run more than once: the paper is the one that was kept, and each letter
has a key under which it is sent once.
"""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy.orm import Session

from grants import correspondence
from grants.kit import db
from grants.kit.clock import Clock
from grants.kit.formats import formats
from grants.kit.jobs import Context, task
from grants.kit.mail import Attachment
from grants.kit.mail.wording import letter
from grants.models import Decision, Document, DocumentKind, Person, Proposal, ProposalVersion
from grants.rules.workflow import ProjectStatus
from grants.services.documents import Documents
from grants.services.letter_papers import LetterPapers
from grants.services.papers import Papers
from grants.services.project_papers import ProjectPapers
from grants.services.projects import Projects
from grants.services.proposals import Proposals

_PATIENT = 120
"""Tried for five days, as the letters themselves are: a storage may be away over a weekend."""


@task("send_receipt", attempts=_PATIENT)
def send_receipt(context: Context, *, version_id: int) -> None:
    """Send the receipt of a version to everybody who writes the proposal."""
    with db.writing(context.sessions) as session:
        over = _over(context, session)
        version = session.get_one(ProposalVersion, version_id)
        proposal = version.proposal
        Papers(*over, storage=context.storage, face=context.settings.face).receipt(version)
        documents = Documents(*over, storage=context.storage)
        kept = documents.get(DocumentKind.RECEIPT, proposal, version.number)
        if kept is None:
            raise LookupError(f"the receipt {version.receipt} was not kept")
        call = proposal.call
        for person in Proposals(*over).team(proposal):
            said = formats(person.language)
            values = {
                "title": version.content.get("lifted", {}).get("title") or proposal.title,
                "reference": proposal.reference,
                "receipt": version.receipt,
                "by": version.submitted_by.name,
                "received": said.moment(version.submitted_at, call.zone),
                "utc": said.moment(version.submitted_at),
                "sha256": version.sha256,
                "closes": said.moment(call.closes_at, call.zone),
                "url": _url(context, "proposals", proposal.reference, "receipt"),
            }
            key = f"receipt/{version.id}/{person.id}"
            _post(context, session, proposal, person, "receipt", key, kept, version.receipt, values)


@task("send_letter", attempts=_PATIENT)
def send_letter(context: Context, *, decision_id: int) -> None:
    """Send the decision letter to everybody who wrote the proposal."""
    with db.writing(context.sessions) as session:
        over = _over(context, session)
        decision = session.get_one(Decision, decision_id)
        proposal, face = decision.proposal, context.settings.face
        kept = LetterPapers(*over, storage=context.storage, face=face).keep(decision)
        values = {
            "title": proposal.title,
            "reference": proposal.reference,
            "url": _url(context, "proposals", proposal.reference),
        }
        name = f"{proposal.reference}-decision"
        for person in Proposals(*over).team(proposal):
            key = f"decision/{decision.id}/{kept.number}/{person.id}"
            _post(context, session, proposal, person, "decision", key, kept, name, values)


@task("send_agreement", attempts=_PATIENT)
def send_agreement(context: Context, *, project_id: int) -> None:
    """Send a project's agreement to its team: to be read, or as it was signed."""
    with db.writing(context.sessions) as session:
        over, face = _over(context, session), context.settings.face
        project = Projects(*over).by_id(project_id)
        if project is None or project.status is ProjectStatus.FAILED:
            return
        papers = ProjectPapers(*over, storage=context.storage, face=face)
        kept = papers.keep_agreement(project)
        values = {
            "title": project.title,
            "reference": project.reference,
            "signed": project.signed_on is not None,
            "url": _url(context, "projects", project.reference),
        }
        name = f"{project.reference}-agreement"
        for person in Proposals(*over).team(project.proposal):
            key = f"agreement/{project.id}/{kept.number}/{person.id}"
            _post(context, session, project.proposal, person, "agreement", key, kept, name, values)


def _over(context: Context, session: Session) -> tuple[Session, Callable[[object], None], Clock]:
    """Give what every service stands on."""
    return session, context.publisher(session), context.clock


def _post(
    context: Context,
    session: Session,
    about: Proposal,
    person: Person,
    template: str,
    key: str,
    paper: Document,
    name: str,
    values: Mapping[str, Any],
) -> None:
    attached = Attachment(name=f"{name}.pdf", type="application/pdf", key=paper.storage_key)
    written = letter(template, person, context.settings, attachments=(attached,), **values)
    correspondence.post(session, written, key=key, about=about.scope)


def _url(context: Context, *parts: str) -> str:
    return "/".join((context.settings.portal_url, *parts))

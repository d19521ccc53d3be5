"""Jobs about projects: agreements."""

from grants.kit.database import db
from grants.kit.jobs import Context, task
from grants.projects.documents.keeping import ProjectPapers
from grants.projects.service.projects import Projects
from grants.proposals.documents.sending import PATIENT, post_document
from grants.proposals.service.proposals import Proposals
from grants.rules.workflow import ProjectStatus


@task("send_agreement", attempts=PATIENT)
def send_agreement(context: Context, *, project_id: int) -> None:
    """Send a project's agreement to its team: to be read, or as it was signed."""
    with db.writing(context.sessions) as session:
        over, branding = (
            (session, context.publisher(session), context.clock),
            context.settings.branding,
        )
        project = Projects(*over).by_id(project_id)
        if project is None or project.status is ProjectStatus.FAILED:
            return
        papers = ProjectPapers(*over, storage=context.storage, branding=branding)
        kept = papers.keep_agreement(project)
        values = {
            "title": project.title,
            "reference": project.reference,
            "signed": project.signed_on is not None,
            "url": context.settings.url("projects", project.reference),
        }
        name = f"{project.reference}-agreement"
        for person in Proposals(*over).team(project.proposal):
            key = f"agreement/{project.id}/{kept.sequence}/{person.id}"
            post_document(
                context, session, project.proposal, person, "agreement", key, kept, name, values
            )

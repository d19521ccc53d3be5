"""Jobs about decisions: letters."""

from grants.decisions.documents.keeping import LetterPapers
from grants.decisions.models import Decision
from grants.kit.database import db
from grants.kit.jobs import Context, task
from grants.proposals.documents.sending import PATIENT, post_document
from grants.proposals.service.proposals import Proposals


@task("send_letter", attempts=PATIENT)
def send_letter(context: Context, *, decision_id: int) -> None:
    """Send the decision letter to everybody who wrote the proposal."""
    with db.writing(context.sessions) as session:
        over = (session, context.publisher(session), context.clock)
        decision = session.get_one(Decision, decision_id)
        proposal, branding = decision.proposal, context.settings.branding
        kept = LetterPapers(*over, storage=context.storage, branding=branding).keep(decision)
        values = {
            "title": proposal.title,
            "reference": proposal.reference,
            "url": context.settings.url("proposals", proposal.reference),
        }
        name = f"{proposal.reference}-decision"
        for person in Proposals(*over).team(proposal):
            key = f"decision/{decision.id}/{kept.sequence}/{person.id}"
            post_document(context, session, proposal, person, "decision", key, kept, name, values)

"""Papers are made once, kept, and sent once to each member of the team."""

import io
from collections.abc import Callable

import pypdf
import pytest
from sqlalchemy import select

from grants.decisions.models import Decision
from grants.decisions.tasks import send_letter
from grants.kit.dossiers.models import Document
from grants.kit.jobs import Context
from grants.kit.mail import Outbox
from grants.kit.mail.models import WaitingMail
from grants.kit.secrets import sealing
from grants.projects.tasks import send_agreement
from grants.proposals.models import TeamMember
from grants.proposals.tasks import send_receipt
from tests.support.awarding import Awarding, give_up
from tests.support.proposals import submitted_version
from tests.support.running import portal_of

pytestmark = pytest.mark.both_databases


@pytest.fixture
def context(portal) -> Context:
    return portal_of(
        sessions=portal.sessions,
        storage=portal.storage,
        mailer=Outbox(),
        settings=portal.settings,
        clock=portal.clock,
    )


@pytest.fixture
def letters(session) -> Callable[[], list[dict]]:
    """What waits to be sent."""

    def waiting():
        session.rollback()  # what others wrote since is to be seen
        secret = session.info[sealing.SECRET]
        waits = [
            {
                "to": it.to,
                "to_name": it.to_name,
                "subject": it.subject,
                "body": sealing.opened(it.body, secret),
                "attachments": it.attachments,
            }
            for it in session.scalars(select(WaitingMail).order_by(WaitingMail.id))
        ]
        session.rollback()
        return waits

    return waiting


def printed(context: Context, letter) -> str:
    """Read the PDF that goes with a letter."""
    [file] = letter["attachments"]
    reader = pypdf.PdfReader(io.BytesIO(context.storage.get(file["key"])))
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


def test_a_receipt_goes_to_the_whole_team_once(context, services, iuc, session, letters, clock):
    version = submitted_version(services, iuc.call, iuc.granada, iuc.lucia)
    session.add(TeamMember(proposal=version.proposal, person=iuc.stranger, since=clock()))
    session.commit()

    send_receipt(context, version_id=version.id)
    send_receipt(context, version_id=version.id)

    sent = letters()
    assert [letter["to"] for letter in sent] == ["lucia@example.org", "stranger@example.org"]
    assert version.sha256 in sent[0]["body"]
    assert "(Brussels time)" in sent[0]["body"]
    assert version.receipt in printed(context, sent[0])
    assert len(session.scalars(select(Document)).all()) == 1


def test_a_decision_letter_has_scores_and_reasons_and_no_reviewers_name(
    context, evaluating, iuc, session, letters
):
    Awarding(evaluating).award()
    decision = session.scalars(select(Decision).order_by(Decision.id)).first()
    before = len(letters())

    send_letter(context, decision_id=decision.id)
    send_letter(context, decision_id=decision.id)

    [letter] = letters()[before:]
    text = printed(context, letter)
    assert letter["to"] == "lucia@example.org"
    assert "As ranked by the panel." in text
    assert "EUR 35,000.00" in text
    assert "15.75" in text
    for person in evaluating.reviewers:
        assert person.name not in text.replace(f"thought {person.name}", "")


def test_an_agreement_is_sent_to_be_read_and_again_once_it_is_signed(
    context, services, evaluating, iuc, session, letters
):
    granada = Awarding(evaluating).granadas(running=False)
    before = len(letters())

    send_agreement(context, project_id=granada.id)
    session.rollback()
    services.projects.sign(granada, on=services.clock().date(), by=iuc.helena)
    session.commit()
    send_agreement(context, project_id=granada.id)
    send_agreement(context, project_id=granada.id)

    first, second = letters()[before:]
    assert "The agreement of your project" in first["subject"]
    assert "signed" in second["subject"]
    assert "EUR 35,000.00" in printed(context, first)
    assert "Signed on 1 April 2020." in printed(context, second)
    kept = select(Document).where(Document.kind == "agreement").order_by(Document.sequence)
    found = [(it.sequence, it.made_of, it.reference) for it in session.scalars(kept)]
    assert found == [
        (1, "draft", f"{granada.reference}/agreement-1"),
        (2, "signature/0", f"{granada.reference}/agreement-2"),
    ]


def test_no_agreement_is_sent_of_a_project_that_failed(
    context, services, evaluating, iuc, session, letters
):
    granada = Awarding(evaluating).granadas(running=False)
    give_up(services, granada, iuc, "The city withdrew.")
    session.commit()
    before = len(letters())

    send_agreement(context, project_id=granada.id)

    assert len(letters()) == before

"""What applicants are told: by a letter that was sent, and by nothing else."""

import io

import pypdf
import pytest

from grants.rules.errors import NotAllowedNow
from grants.rules.workflow import DecisionKind as Kind
from grants.rules.workflow import ProposalStatus
from tests.support import mailbox as mailboxes


@pytest.fixture
def mannheim(evaluating):
    """Mannheim is on the reserve list, and its letter about that is sent."""
    it, decisions = evaluating.world, evaluating.services.decisions
    it.call.envelope_cents = 6_000_000
    found = evaluating.rank_three()[1]
    assert found.status is ProposalStatus.RESERVE
    decisions.decide(found, Kind.RESERVE, reasons="The money ends above.", by=it.helena)
    decisions.send_letters(it.call, by=it.helena)
    evaluating.session.commit()
    return found


@pytest.fixture
def call_up(evaluating, mannheim):
    """Decide to award it all the same; nobody has signed that or sent it."""

    def calling():
        it = evaluating.world
        decision = evaluating.services.decisions.decide(
            mannheim,
            Kind.AWARD,
            awarded_cents=2_000_000,
            reasons="Called up.",
            justification="Granada gave up.",
            signatory=it.viktor,
            by=it.helena,
        )
        evaluating.session.commit()
        return decision

    return calling


def said(content):
    return "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages)


def test_nothing_is_decided_anew_while_the_last_letter_is_on_its_way(
    portal, evaluating, mannheim, call_up, session
):
    with pytest.raises(NotAllowedNow, match="still on its way"):
        call_up()
    session.rollback()

    [letter] = [it for it in mailboxes.of(portal).open() if list(it.iter_attachments())]

    assert "The money ends above." in said(next(letter.iter_attachments()).get_content())
    called, known = call_up(), evaluating.services.decisions.notified(mannheim)
    assert (called.number, called.is_current, called.notified_at) == (2, True, None)
    assert (known.number, known.is_current, known.kind) == (1, False, Kind.RESERVE)


def test_a_decision_made_anew_is_a_secret_until_its_own_letter(
    portal, evaluating, mannheim, call_up, sign_in
):
    it, decisions = evaluating.world, evaluating.services.decisions
    page, paper = f"/proposals/{mannheim.reference}", f"/proposals/{mannheim.reference}/letter.pdf"
    mailboxes.of(portal).open()
    jonas = sign_in(it.jonas)
    before = [
        jonas.get(path).text if path == page else jonas.get(path).body for path in (page, paper)
    ]
    desk = jonas.get("/work").html.find("main").text

    decision = call_up()

    assert jonas.get(paper).body == before[1]
    assert jonas.get("/work").html.find("main").text == desk
    assert "On the reserve list" in jonas.get(page)

    evaluating.clock.advance(days=1)
    decisions.countersign(decision, by=it.viktor)
    decisions.send_letters(it.call, by=it.helena)
    evaluating.session.commit()
    mailboxes.of(portal).open()

    assert "Called up." in said(sign_in(it.jonas).get(paper).body)


def todo(browser, path):
    return " ".join(browser.get(path).html.select_one(".next-step").text.split())


def test_pages_ask_for_a_decision_until_it_is_made_and_told(evaluating, sign_in):
    it, decisions = evaluating.world, evaluating.services.decisions
    it.call.envelope_cents = 6_000_000
    ranked = evaluating.rank_three()
    helena, reserve = sign_in(it.helena), f"/proposals/{ranked[1].reference}"
    assert "Decide on the proposal" in todo(helena, reserve)

    for each in ranked:
        kind = {ProposalStatus.MAIN: Kind.AWARD, ProposalStatus.RESERVE: Kind.RESERVE}.get(
            each.status, Kind.REJECT_THRESHOLD
        )
        cents = decisions.offer(each).cents if kind is Kind.AWARD else None
        decisions.decide(each, kind, awarded_cents=cents, reasons="As ranked.", by=it.helena)
    evaluating.session.commit()
    assert "the applicant does not know it yet" in todo(helena, reserve)
    assert "Decide and notify" in todo(helena, "/manage/calls/IUC-2020")

    decisions.send_letters(it.call, by=it.helena)
    evaluating.session.commit()
    assert ranked[1].status is ProposalStatus.RESERVE
    assert "The applicant knows the decision." in todo(helena, reserve)
    assert helena.get(reserve).html.find("a", string="Decision")
    assert "The decisions are made" in todo(helena, "/manage/calls/IUC-2020")
    assert "its ranking is adopted" in todo(helena, "/manage/calls/IUC-2020/stage")
    page = helena.get("/manage/calls/IUC-2020/proposals")
    assert "Decide" not in page.html.find("main").text

"""Redress: asked for after a letter, by the call's rule; settled by somebody not involved."""

import io
from datetime import timedelta
from email.utils import parseaddr

import pypdf
import pytest
import sqlalchemy as sa

from grants.accounts.models import Appointment
from grants.decisions.redress import RedressRequest
from grants.oversight.verification import redress as verification
from grants.oversight.verification.entries import Entries
from grants.rules.errors import NotAllowedNow
from grants.rules.workflow import Role
from grants.rules.workflow.redress import RedressStatus
from tests.support import mailbox, world
from tests.support.awarding import Awarding

LIST = "/manage/calls/IUC-2020/redress"
GROUNDS = "The rule on ties of the call was not applied."


@pytest.fixture
def lodz(evaluating):
    """Łódź is told that its proposal is on the reserve list, or rejected."""
    evaluating.world.call.rules = evaluating.world.call.rules | {"redress_days": 14}
    _granada, _mannheim, lodz = Awarding(evaluating).decide()
    evaluating.services.decisions.send_letters(evaluating.world.call, by=evaluating.world.helena)
    evaluating.session.commit()
    return lodz


@pytest.fixture
def outsider(evaluating, lodz, visitor):
    """A manager who had no part in it."""
    it, at = evaluating.session, evaluating.clock()
    person = world.person(it, "Olena Outside", "olena@fund.example", at)
    it.add(Appointment(person=person, role=Role.MANAGER, fund=evaluating.world.fund, since=at))
    it.commit()
    return visitor(person)


@pytest.fixture
def zofia(evaluating, lodz, visitor):
    return visitor(evaluating.world.zofia)


def text(page):
    return " ".join(page.html.find("main").get_text(" ").split())


def ask(browser, proposal, grounds=GROUNDS, status=303):
    form = browser.get(f"/proposals/{proposal.reference}/redress").forms["redress"]
    form["grounds"] = grounds
    return form.submit("ask", status=status)


def found(session):
    session.rollback()
    session.expire_all()
    return [str(it) for it in verification.findings(session, Entries.read(session))]


def test_it_is_asked_for_settled_by_an_outsider_and_told(
    evaluating, lodz, zofia, outsider, helena, session, portal
):
    assert "Ask for redress" in zofia.get(f"/proposals/{lodz.reference}")
    page = ask(zofia, lodz).follow()
    assert "Your request is with the fund." in text(page)
    assert "redress" not in page.forms
    assert "Requests for redress to settle: 1" in outsider.get("/work")
    own = helena.get(LIST).click(lodz.title)
    assert "You were involved in this proposal" in text(own)
    assert "settle" not in own.forms

    form = outsider.get(LIST).click(lodz.title).forms["settle"]
    form["outcome"], form["reasons"] = "founded", "The tie rule was overlooked."
    form.submit("settle", status=303)

    page = text(zofia.get(f"/proposals/{lodz.reference}/redress"))
    assert "The tie rule was overlooked." in page
    letters = [it for it in mailbox.of(portal).open() if "redress" in it["Subject"].lower()]
    told = {parseaddr(it["To"])[1] for it in letters if it["Subject"].startswith("Your request")}
    assert told == {evaluating.world.zofia.email}
    assert found(session) == []
    report = evaluating.services.award_reports.report(evaluating.world.call).audit.redress
    assert [(it.grounds, it.reasons, it.settled_by) for it in report] == [
        (GROUNDS, "The tie rule was overlooked.", "Olena Outside")
    ]


def test_after_its_days_it_is_refused_and_the_words_stay(evaluating, lodz, zofia):
    form = zofia.get(f"/proposals/{lodz.reference}/redress").forms["redress"]
    form["grounds"] = GROUNDS
    last = evaluating.services.decisions.notified(lodz).notified_at + timedelta(days=14)
    evaluating.clock.move_to(last)
    assert "redress" in zofia.get(f"/proposals/{lodz.reference}/redress").forms
    evaluating.clock.move_to(last + timedelta(days=1))

    page = zofia.get(f"/proposals/{lodz.reference}/redress")
    assert "The time to ask for redress ended on" in text(page)
    decision = evaluating.services.decisions.notified(lodz)
    with pytest.raises(NotAllowedNow, match="time to ask for redress is over"):
        evaluating.services.redress.ask(lodz, decision, grounds=GROUNDS, by=evaluating.world.zofia)


def test_nothing_is_asked_without_grounds(lodz, zofia):
    page = ask(zofia, lodz, "", status=422)

    assert page.html.select_one(".error-summary a")["href"] == "#redress-grounds"


def test_whoever_was_involved_settles_nothing(evaluating, lodz, zofia):
    ask(zofia, lodz)
    evaluating.session.expire_all()
    (asked,) = evaluating.services.redress.of(lodz)

    for person in (evaluating.world.helena, evaluating.world.wei):
        with pytest.raises(NotAllowedNow, match="involved"):
            evaluating.services.redress.settle(asked, founded=True, reasons="So.", by=person)


def test_a_call_without_the_rule_offers_none(evaluating, visitor, helena):
    _granada, _mannheim, lodz = Awarding(evaluating).decide()
    evaluating.services.decisions.send_letters(evaluating.world.call, by=evaluating.world.helena)
    evaluating.session.commit()
    zofia = visitor(evaluating.world.zofia)

    zofia.get(f"/proposals/{lodz.reference}/redress", status=404)
    assert "redress" not in zofia.get(f"/proposals/{lodz.reference}").text.lower()
    assert "This call offers no redress." in text(helena.get(LIST))


def test_nobody_asks_for_others(evaluating, lodz, visitor):
    visitor(evaluating.world.lucia).get(f"/proposals/{lodz.reference}/redress", status=404)


def test_the_letter_names_the_last_day(evaluating, lodz, zofia):
    mailbox_letter = zofia.get(f"/proposals/{lodz.reference}/letter.pdf").body
    words = "".join(
        page.extract_text() for page in pypdf.PdfReader(io.BytesIO(mailbox_letter)).pages
    )

    assert "on the page of your proposal" in " ".join(words.split())
    assert "We must have your request by" in " ".join(words.split())


def test_the_public_reads_the_rule(browser, lodz):
    page = text(browser.get("/calls/IUC-2020"))

    assert "Within 14 days after its letter, an applicant can ask" in page


@pytest.mark.parametrize(
    ("altered", "what"),
    [
        (sa.update(RedressRequest).values(grounds="Nothing."), "what was asked"),
        (sa.update(RedressRequest).values(reasons="Forged."), "what came of it"),
        (sa.update(RedressRequest).values(status=RedressStatus.UNFOUNDED), "not founded"),
        (sa.delete(RedressRequest), "it is gone"),
    ],
)
def test_what_is_altered_past_the_ledger_is_named(lodz, zofia, outsider, session, altered, what):
    ask(zofia, lodz)
    form = outsider.get(LIST).click(lodz.title).forms["settle"]
    form["outcome"], form["reasons"] = "founded", "So."
    form.submit("settle", status=303)
    session.execute(altered)
    session.commit()

    assert any(what in each for each in found(session))

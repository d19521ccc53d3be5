"""Two people, one form: the second is told, with both texts, and nothing is overwritten."""

import pytest

from grants.decisions.models import Decision
from grants.rules.workflow import DecisionKind

pytestmark = pytest.mark.both_databases


@pytest.fixture
def viktor(evaluating, visitor):
    """The other manager of the fund."""
    return visitor(evaluating.world.viktor)


def test_a_stale_decision_form_does_not_turn_an_award_into_another(
    evaluating, helena, viktor, session
):
    proposal = evaluating.rank_three()[0]
    session.commit()
    page = f"/proposals/{proposal.reference}/decision"
    stale = helena.get(page).forms["decision"]
    form = viktor.get(page).forms["decision"]
    offered = form["awarded_cents"].value
    form["reasons"] = "The best plan of all."
    form.submit("decide", status=303)

    stale["awarded_cents"], stale["reasons"] = "1", "Just a token."
    told = stale.submit("decide", status=409)

    decision = session.query(Decision).one()
    assert (decision.kind, decision.awarded_cents) == (DecisionKind.AWARD, 4_000_000)
    box = told.html.select_one(".form-clash").get_text(" ", strip=True)
    assert "Viktor Lind changed it on 1 April 2020, 17:00 (Brussels time)" in box
    assert "40,000.00" in box
    assert "1.00" in box
    assert "The best plan of all." in box
    assert "Just a token." in box
    again = told.forms["decision"]
    assert (again["awarded_cents"].value, again["reasons"].value) == ("1", "Just a token.")

    again["awarded_cents"] = offered
    again.submit("decide", status=303)

    session.rollback()
    session.expire_all()
    current = session.query(Decision).filter(Decision.is_current).one()
    assert (current.awarded_cents, current.reasons) == (4_000_000, "Just a token.")
    assert decision.reasons == "The best plan of all."


def test_a_stale_correction_does_not_put_a_deadline_back(evaluating, helena, viktor, session):
    call = evaluating.world.call
    session.commit()
    stale = helena.get(f"/manage/calls/{call.code}/correct").forms["call"]
    form = viktor.get(f"/manage/calls/{call.code}/correct").forms["call"]
    form["closes"], form["reason"] = "2020-04-30T17:00", "Two more weeks, and then some."
    form.submit("save", status=303)

    stale["title"], stale["reason"] = "Competitive fund 2020, again", "A better title."
    told = stale.submit("save", status=409)

    session.rollback()
    session.expire_all()
    assert (call.closes_at.month, call.title) == (4, "Competitive fund 2020")
    box = told.html.select_one(".form-clash").get_text(" ", strip=True)
    assert "2020-04-30T17:00" in box
    assert "2020-03-31T17:00" in box
    assert "Why it is corrected" not in box
    assert told.forms["call"]["reason"].value == "A better title."


def test_what_is_refused_keeps_the_words_in_its_form(evaluating, helena, session):
    proposal = evaluating.rank_three()[0]
    session.commit()
    form = helena.get(f"/proposals/{proposal.reference}/decision").forms["decision"]
    form["awarded_cents"], form["reasons"] = "45000", "More than anybody asked for."

    told = form.submit("decide", status=409)

    assert "An award cannot exceed the amount requested." in told.text
    assert told.forms["decision"]["reasons"].value == "More than anybody asked for."
    assert session.query(Decision).count() == 0
    fits = told.forms["decision"]
    fits["awarded_cents"] = "40000"
    fits.submit("decide", status=303)


def test_a_stale_answer_of_the_check_keeps_both_texts(evaluating, helena, viktor, session):
    proposal = evaluating.three()[0]
    evaluating.close_call()
    session.commit()
    page = f"/proposals/{proposal.reference}/check"
    stale = helena.get(page).forms["check"]
    form = viktor.get(page).forms["check"]
    form["met-letter"], form["reason-letter"] = "no", "The letter is not signed."
    form["met-countries"], form["evidence-countries"] = "yes", "Spain and Germany"
    form.submit("save", status=303)

    stale["met-letter"], stale["evidence-letter"] = "yes", "Annex 2"
    told = stale.submit("save", status=409)

    box = told.html.select_one(".form-clash").get_text(" ", strip=True)
    assert "The letter is not signed." in box
    assert "Annex 2" in box
    assert "Spain and Germany" not in box
    again = told.forms["check"]
    assert again["evidence-letter"].value == "Annex 2"
    assert again["evidence-countries"].value == "Spain and Germany"
    saved = again.submit("save", status=303).follow().forms["check"]
    assert saved["met-letter"].value == "yes"
    assert saved["evidence-countries"].value == "Spain and Germany"


def test_two_who_answer_different_items_lose_nothing(evaluating, helena, viktor, session):
    proposal = evaluating.three()[0]
    evaluating.close_call()
    session.commit()
    page = f"/proposals/{proposal.reference}/check"
    stale, form = helena.get(page).forms["check"], viktor.get(page).forms["check"]
    form["met-countries"], form["evidence-countries"] = "yes", "Spain and Germany"
    form.submit("save", status=303)
    stale["met-letter"], stale["evidence-letter"] = "yes", "Annex 2"

    stale.submit("save", status=303)

    said = {it.code: it.said for it in evaluating.services.checks.of(proposal)}
    assert (said["letter"].evidence, said["countries"].evidence) == ("Annex 2", "Spain and Germany")

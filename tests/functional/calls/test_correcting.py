"""What a correction of a published call may change, and what stands by then."""

from datetime import timedelta

import pytest

from grants.accounts.models import Appointment
from grants.calls.models import Fund
from grants.rules.forms.definition import Definition
from grants.rules.workflow import DecisionKind, ProposalStatus, Role

BEGUN = "The check of the proposals has begun"


@pytest.fixture
def correct(evaluating, sign_in):
    """Correct the call on its page, and give the answer."""
    it = evaluating.world

    def correcting(status, **changed):
        evaluating.session.commit()
        form = sign_in(it.helena).get(f"/manage/calls/{it.call.code}/correct").forms["call"]
        for name, value in ({"reason": "It was wrong."} | changed).items():
            form[name] = value
        answer = form.submit("save", status=status)
        evaluating.session.rollback()
        evaluating.session.expire_all()
        return answer

    return correcting


@pytest.fixture
def checked(evaluating):
    """Granada's first item is answered."""
    granada = evaluating.three()[0]
    evaluating.close_call()
    code = evaluating.world.call.checklist[0]["code"]
    evaluating.services.checks.answer(granada, code, met=True, by=evaluating.world.helena)
    return granada


def sign_the_last(evaluating):
    """Have Viktor sign what Helena proposed, since the call has closed."""
    services, it = evaluating.services, evaluating.world
    act = services.signatures.in_call(it.call)[0]
    services.signing.sign(act, read=act.sha256, by=it.viktor)
    evaluating.session.commit()


def later(call, **apart):
    return (call.closes_at + timedelta(**apart)).strftime("%Y-%m-%dT%H:%M")


def test_items_keep_their_codes_wherever_they_stand(evaluating, sign_in, session):
    call = evaluating.world.call
    codes = {line["text"]: line["code"] for line in call.checklist}
    helena = sign_in(evaluating.world.helena)
    form = helena.get(f"/manage/calls/{call.code}/correct").forms["call"]
    form["reason"] = "One item was missing, two stood the wrong way round."
    first, second = form.fields["text"][:2]
    first.value, second.value = second.value, "Everything is signed."

    form.submit("save", status=303)

    session.expire_all()
    now = {line["text"]: line["code"] for line in call.checklist}
    assert now.pop("Everything is signed.") not in codes.values()
    assert now == {text: code for text, code in codes.items() if text in now}
    assert len(now) == 2


def test_a_checklist_changes_until_somebody_answers_it(evaluating, correct, checked):
    items = evaluating.services.checks.of(checked)

    assert BEGUN in correct(409, minimum_reviews="2").html.find("main").text
    assert BEGUN in correct(409, closes=later(evaluating.world.call, days=9)).html.find("main").text
    correct(303, summary="In other words.")
    sign_the_last(evaluating)

    assert [(it.code, it.met) for it in evaluating.services.checks.of(checked)] == [
        (it.code, it.met) for it in items
    ]
    assert evaluating.world.call.summary == "In other words."


def test_a_deadline_moves_on_but_never_into_the_past(evaluating, correct):
    evaluating.three()
    evaluating.session.commit()
    call = evaluating.world.call

    page = correct(409, closes=later(call, days=-400), opens=later(call, days=-401))
    assert "This call would close before anyone could read about it." in page
    closes = call.closes_at
    correct(303, closes=later(call, days=2))

    assert call.closes_at > closes


def test_the_currency_of_what_is_being_written_stays(evaluating, correct):
    evaluating.three()
    assert "The currency can no longer be changed" in correct(409, currency="USD")


def test_the_form_of_what_is_being_written_stays(evaluating, correct, services):
    evaluating.three()
    asked = Definition.from_json(evaluating.world.call.form.definition)
    other = services.calls.keep_form("other", asked)

    assert "The form can no longer be changed" in correct(409, form_id=str(other.id))


def test_the_envelope_stays_above_what_is_awarded(evaluating, correct):
    it, granada = evaluating.world, evaluating.rank_three()[0]
    evaluating.services.decisions.decide(
        granada, DecisionKind.AWARD, awarded_cents=4_000_000, reasons="First.", by=it.helena
    )

    page = correct(409, envelope_cents="39,999.99", largest_cents="30,000.00")

    assert page.forms["call"]["envelope_cents"].value == "39,999.99"
    assert page.forms["call"]["reason"].value == "It was wrong."
    assert "EUR\u00a040,000.00 is already awarded: the envelope cannot be smaller." in page
    correct(303, envelope_cents="130,000.00")
    assert it.call.envelope_cents == 12_000_000
    sign_the_last(evaluating)
    assert it.call.envelope_cents == 13_000_000
    assert granada.status is ProposalStatus.MAIN


def test_each_fund_is_counted_in_the_role_that_somebody_has_there(evaluating, sign_in, session):
    it = evaluating.world
    evaluating.three()
    evaluating.close_call()
    other = Fund(code="OTHER", name="Other", contact_email="o@example.org", programme=it.programme)
    session.add(other)
    session.flush()
    since = evaluating.clock()
    session.add(Appointment(person=it.olga, role=Role.MANAGER, fund_id=other.id, since=since))
    session.commit()

    desk = evaluating.services.dashboards.desk(it.olga)

    [managed] = [each for each in desk.managed if each.call.id == it.call.id]
    assert managed.counts == {ProposalStatus.SUBMITTED: 3}


def test_a_newer_form_does_not_take_the_place_of_the_calls_own(evaluating, correct, services):
    call = evaluating.world.call
    evaluating.three()
    held = call.form_id
    newer = Definition.from_json(call.form.definition | {"title": "A newer form"})
    assert services.calls.keep_form(call.form.code, newer).id != held

    correct(303, title="Corrected")

    assert (call.title, call.form_id) == ("Corrected", held)


def test_who_signs_reads_when_reviews_would_disagree(evaluating, correct, sign_in):
    evaluating.three()
    evaluating.close_call()

    correct(303, differ_total="3", differ_threshold=True)

    it = evaluating.world
    act = evaluating.services.signatures.in_call(it.call)[0]
    page = sign_in(it.viktor).get(f"/manage/calls/{it.call.code}/signatures/{act.id}")
    text = page.html.find("main").text
    assert "Where reviews disagree" in text
    assert "Reviews disagree when their totals differ by more than 3 points." in text
    sign_the_last(evaluating)
    assert it.call.rules["divergence"] == {"total": "3", "both_sides": True}


def test_when_reviews_disagree_is_not_changed_once_somebody_judged(correct, checked):
    assert BEGUN in correct(409, differ_criterion="2").html.find("main").text


def test_the_public_reads_what_a_correction_changed(correct, browser):
    correct(303, summary="City-to-city cooperation, said better.")
    correct(303, reason="The fund gives more.", largest_cents="70,000")

    page = browser.get("/calls/IUC-2020")

    assert "The fund gives more." in page
    rows = [
        [it.get_text(" ", strip=True) for it in row.select("th, td")] for row in page.html("tr")
    ]
    told = [[text.replace("\xa0", " ") for text in row] for row in rows]
    assert ["Largest grant", "EUR 60,000.00", "EUR 70,000.00"] in told

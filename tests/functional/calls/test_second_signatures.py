"""What one manager proposes after the deadline, and another one signs, on their pages."""

from datetime import timedelta
from fractions import Fraction

import pytest
import sqlalchemy as sa

from grants.accounts.models import Appointment
from grants.calls.models import CallVersion, ProposedAct
from grants.calls.queries.changes import from_data
from grants.calls.queries.facts import frozen
from grants.kit.mail.models import WaitingMail
from grants.rules.workflow import ActStatus, AssignmentStatus, Role

pytestmark = pytest.mark.both_databases


@pytest.fixture
def closed(evaluating):
    """Granada, Mannheim and Łódź have submitted, and the call has closed."""
    three, call = evaluating.three(), evaluating.world.call
    first = CallVersion(
        call=call,
        number=1,
        content=frozen(call),
        sha256="0" * 64,
        published_at=call.published_at,
        published_by=evaluating.world.helena,
    )
    evaluating.session.add(first)
    evaluating.close_call()
    evaluating.session.commit()
    return three


@pytest.fixture
def helena(sign_in, iuc):
    """Helena's browser; she signs in when it is opened, since clocks move before."""
    return lambda: sign_in(iuc.helena)


@pytest.fixture
def viktor(sign_in, iuc):
    """Viktor's browser."""
    return lambda: sign_in(iuc.viktor)


@pytest.fixture
def propose(helena, iuc):
    """Have Helena correct the closed call; give the page that answers."""

    def proposing(reason="The threshold was written wrongly.", **changed):
        form = helena().get(f"/manage/calls/{iuc.call.code}/correct").forms["call"]
        for name, value in ({"reason": reason} | changed).items():
            form[name] = value
        return form.submit("save", status=303).follow()

    return proposing


@pytest.fixture
def letters(session):
    """All letters that wait to be sent: to whom, and their subjects."""

    def waiting():
        return {(it.to, it.subject) for it in session.query(WaitingMail)}

    return waiting


def the_call(session, iuc):
    session.rollback()
    session.expire_all()
    return iuc.call


def test_after_the_deadline_a_correction_waits_for_a_second_signature(
    session, iuc, closed, propose, viktor, browser, letters
):
    """A threshold, and the closing moment, with the proposals in hand."""
    page = propose(overall_threshold="9", closes="2020-04-30T17:00")

    call = the_call(session, iuc)
    assert (call.rules["overall_threshold"], call.number) == ("10", 1)
    assert "Wait for the second signature" in page
    said = page.html.find("table").text
    assert "Overall threshold" in said
    assert "30 April 2020, 17:00" in said
    assert "written wrongly" not in browser.get(f"/calls/{call.code}")
    assert (iuc.viktor.email, f"{call.code}: your signature is requested") in letters()

    page = viktor().get(page.request.path)
    form = next(it for it in page.forms.values() if "sign" in it.fields)
    done = form.submit(status=303).follow()

    call = the_call(session, iuc)
    assert (call.rules["overall_threshold"], call.number) == ("9", 2)
    assert "Signed" in done
    public = browser.get(f"/calls/{call.code}")
    assert "The threshold was written wrongly." in public
    assert "after the call had closed" in public
    version = session.query(CallVersion).filter_by(number=2).one()
    assert (version.published_by, version.signed_by) == (iuc.helena, iuc.viktor)


def test_whoever_proposed_it_cannot_sign_it(session, iuc, closed, propose, helena):
    page = propose(overall_threshold="9")
    assert not [it for it in page.forms.values() if "sign" in it.fields]

    [act] = session.query(ProposedAct).all()
    browser = helena()
    token = browser.get(page.request.path).html.find("input", {"name": "csrf_token"})["value"]
    typed = {"sign": act.sha256, "csrf_token": token}
    answer = browser.post(page.request.path, typed, status=409)

    assert "Another manager must sign" in answer
    assert the_call(session, iuc).rules["overall_threshold"] == "10"


def test_it_is_refused_with_a_reason_or_taken_back(session, iuc, closed, propose, viktor, helena):
    page = propose(envelope_cents="130,000.00")
    refusal = viktor().get(page.request.path).forms["refusal"]
    again = refusal.submit("refuse", status=422).forms["refusal"]
    again["reason"] = "There is no such money."
    assert "There is no such money." in again.submit("refuse", status=303).follow()

    page = propose(envelope_cents="140,000.00")
    form = next(it for it in page.forms.values() if "revoke" in it.fields)
    form.submit(status=303)

    call = the_call(session, iuc)
    assert call.envelope_cents == 12_000_000
    listed = helena().get(f"/manage/calls/{call.code}/signatures").html.find("table").text
    assert "Refused" in listed
    assert "Withdrawn" in listed


def test_what_was_proposed_before_shares_were_exact_is_still_read(
    session, iuc, closed, propose, helena
):
    page = propose(cofinancing="75")
    [act] = session.query(ProposedAct).all()
    kept = {
        when: {name: it for name, it in data.items() if name != "cofinancing"}
        | {"cofinancing_bp": int(Fraction(data["cofinancing"]) * 10_000)}
        for when, data in act.payload.items()
    }
    assert from_data(kept["after"]) == from_data(act.payload["after"])
    session.execute(sa.update(ProposedAct).values(payload=kept))
    session.commit()

    again = helena().get(page.request.path)

    assert again.html.find("table").text == page.html.find("table").text
    assert "75\u00a0%" in again.html.find("table").text


def test_raising_the_envelope_after_the_ranking_takes_two(
    session, evaluating, iuc, propose, viktor
):
    evaluating.rank_three()

    page = propose(reason="More money came.", envelope_cents="150,000.00")

    assert the_call(session, iuc).envelope_cents == 12_000_000
    assert "EUR\u00a0120,000.00" in page
    assert "EUR\u00a0150,000.00" in page


def test_what_moved_meanwhile_is_told_and_not_signed(
    session, services, evaluating, iuc, closed, propose, viktor
):
    page = propose(overall_threshold="9")
    path, read = page.request.path, viktor().get(page.request.path)
    form = next(it for it in read.forms.values() if "sign" in it.fields)
    iuc.call.title = "Another title by now"
    session.commit()

    answer = form.submit(status=409)

    assert "has changed since it was proposed" in answer
    assert "has changed since it was proposed" in viktor().get(path)
    assert services.signatures.in_call(iuc.call)[0].status is ActStatus.WAITING


def test_before_the_deadline_one_corrects_alone(session, iuc, helena):
    form = helena().get(f"/manage/calls/{iuc.call.code}/correct").forms["call"]
    form["reason"], form["title"] = "A letter was missing.", "Competitive fund of 2020"

    form.submit("save", status=303)

    assert the_call(session, iuc).title == "Competitive fund of 2020"


def test_an_auditor_reads_and_signs_nothing(sign_in, iuc, closed, propose):
    page = propose(overall_threshold="9")
    olga = sign_in(iuc.olga)

    read = olga.get(page.request.path)

    assert "The threshold was written wrongly." in read
    assert not [it for it in read.forms.values() if {"sign", "refuse"} & set(it.fields)]
    olga.get(f"/manage/calls/{iuc.call.code}/signatures/999", status=404)


def test_an_exclusion_is_proposed_and_signed_on_the_pages(session, evaluating, iuc, helena, viktor):
    granada, *_ = evaluating.three()
    stage = evaluating.open_stage(granada, *_)
    review = evaluating.assign(stage, granada)[0]
    evaluating.review(review)
    form = helena().get(f"/proposals/{granada.reference}/reviewers").forms[f"exclude-{review.id}"]
    form["reason"] = "It is of another text."

    page = form.submit("exclude", status=303).follow()
    session.expire_all()
    assert review.status is AssignmentStatus.SUBMITTED
    waiting = helena().get(f"/proposals/{granada.reference}/reviewers")
    assert "It counts until another manager signs." in waiting
    assert f"exclude-{review.id}" not in waiting.forms
    stages = viktor().get(f"/manage/calls/{iuc.call.code}/stage")
    assert "The exclusion of a review awaits a second signature" in stages

    read = viktor().get(page.request.path)
    next(it for it in read.forms.values() if "sign" in it.fields).submit(status=303)

    session.expire_all()
    assert (review.status, review.reason) == (AssignmentStatus.EXCLUDED, "It is of another text.")


def test_late_reviews_are_marked_for_managers_and_their_reviewer(
    session, evaluating, iuc, helena, sign_in, clock
):
    granada, *_ = evaluating.three()
    stage = evaluating.open_stage(granada, *_)
    review = evaluating.assign(stage, granada)[0]
    clock.move_to(stage.due_at + timedelta(days=2))
    evaluating.review(review)

    wei = sign_in(review.reviewer).get("/reviews").html.find("table").text
    people = helena().get(f"/proposals/{granada.reference}/reviewers").html.find("main").text
    stages = helena().get(f"/manage/calls/{iuc.call.code}/stage").html.find("main").text

    assert "Late" in wei
    assert "Late" in people
    assert "Late: 3" in stages


def test_managers_are_told_of_a_new_one_and_confirm_them(
    session, services, iuc, helena, viktor, letters
):
    invitation = services.invitations.to_fund(
        iuc.fund, role=Role.MANAGER, email=iuc.stranger.email, by=iuc.helena
    )
    services.invitations.accept(invitation, iuc.stranger)
    session.commit()
    held = session.query(Appointment).filter_by(person_id=iuc.stranger.id).one()

    told = {to for to, subject in letters() if subject == "Your fund has a new manager"}
    assert told == {iuc.helena.email, iuc.viktor.email}
    assert "Helena Novak" in viktor().get(f"/manage/funds/{iuc.fund.code}").html.find("main").text
    address = f"/manage/funds/{iuc.fund.code}/managers/{held.id}/confirm"
    assert address not in helena().get(f"/manage/funds/{iuc.fund.code}")
    page = viktor().get(f"/manage/funds/{iuc.fund.code}")
    form = next(it for it in page.forms.values() if it.action.endswith(address))
    form.submit(status=303)

    session.expire_all()
    assert held.confirmed_by is iuc.viktor
    assert iuc.stranger in services.decisions.signatories(iuc.call, but=iuc.helena)

"""Applicants accept or decline their awards; what is declined is free for the next in turn."""

import io
from datetime import date, timedelta

import pypdf
import pytest
from sqlalchemy import select

from grants.decisions.models import AwardAnswer
from grants.oversight.verification import award_answers
from grants.oversight.verification.entries import Entries
from grants.proposals.models import TeamMember
from grants.rules.errors import NotAllowedNow, Refused
from grants.rules.workflow import DecisionKind, ProjectStatus


@pytest.fixture
def asked(evaluating, awarding):
    """Granada's and Mannheim's awards are told, and to be answered within thirty days."""
    granada, mannheim, _lodz = awarding.decide()
    it = evaluating
    it.services.decisions.send_letters(
        it.world.call, by=it.world.helena, answer_by=it.clock().date() + timedelta(days=30)
    )
    it.session.commit()
    return granada, mannheim


def wrong(session) -> list[str]:
    session.expire_all()
    return [it.what for it in award_answers.findings(session, Entries.read(session))]


def answer(browser, proposal, said, reason="", status=303):
    form = browser.get(f"/proposals/{proposal.reference}/answer").forms["answer"]
    form["reply"] = said
    form["reason"] = reason
    return form.submit("answer", status=status)


def test_an_award_is_accepted_then_signed(asked, lucia, helena, evaluating, session):
    granada, _mannheim = asked
    projects, clock = evaluating.services.projects, evaluating.clock
    project = projects.of(granada)
    with pytest.raises(NotAllowedNow, match="not accepted the award"):
        projects.sign(project, on=clock().date(), by=evaluating.world.helena)
    session.rollback()
    assert "accept or decline" in lucia.get(f"/proposals/{granada.reference}")
    assert "Awards for you to accept or decline: 1" in lucia.get("/work")

    answered = answer(lucia, granada, "accept").follow()

    assert "You accepted the award." in answered
    assert "Accepted by the applicant" in helena.get(f"/manage/calls/{granada.call.code}/decisions")
    session.expire_all()
    projects.sign(project, on=clock().date(), by=evaluating.world.helena)
    assert project.status is ProjectStatus.RUNNING


def test_declining_wants_a_reason_and_frees_the_money(asked, lucia, helena, evaluating, session):
    granada, _mannheim = asked
    decisions, projects = evaluating.services.decisions, evaluating.services.projects
    before = decisions.money(granada.call).awarded

    page = answer(lucia, granada, "decline", status=422)
    assert "State why you decline the award." in page
    answer(lucia, granada, "decline", "The partner withdrew.")

    session.expire_all()
    project = projects.of(granada)
    assert (project.status, project.failure_reason) == (
        ProjectStatus.FAILED,
        "The partner withdrew.",
    )
    assert decisions.money(granada.call).awarded == before - 3_500_000
    assert "You declined the award" in lucia.get(f"/proposals/{granada.reference}")
    assert "The partner withdrew." in helena.get(f"/manage/calls/{granada.call.code}/decisions")


def test_of_two_who_answer_the_second_is_told(asked, iuc, lucia, sign_in, session):
    granada, _mannheim = asked
    address = f"/proposals/{granada.reference}/answer"
    form = lucia.get(address).forms["answer"]
    answer(lucia, granada, "accept")

    form["reply"], form["reason"] = "decline", "We changed our mind."
    told = form.submit("answer", status=409)

    assert "after you had opened this page" in told
    assert "We changed our mind." in told
    assert session.scalars(select(AwardAnswer)).one().accepted


def test_a_guest_of_the_team_is_not_sent_to_a_page_that_is_closed_to_them(
    asked, iuc, sign_in, session
):
    granada, _mannheim = asked
    session.add(TeamMember(proposal=granada, person=iuc.stranger, since=granada.started_at))
    session.commit()
    guest = sign_in(iuc.stranger)

    assert "accept or decline" not in guest.get("/work")
    assert f"{granada.reference}/answer" not in guest.get(f"/proposals/{granada.reference}")
    guest.get(f"/proposals/{granada.reference}/answer", status=403)


def test_nobody_else_answers(asked, helena, jonas_in):
    granada, _mannheim = asked
    for browser in (helena, jonas_in):
        browser.get(f"/proposals/{granada.reference}/answer", status=(403, 404))


@pytest.fixture
def jonas_in(after_the_call, iuc, sign_in):
    return sign_in(iuc.jonas)


def test_overdue_answers_wait_for_the_manager_and_nothing_lapses(
    asked, evaluating, iuc, sign_in, session
):
    granada, _mannheim = asked
    evaluating.clock.advance(days=32)
    assert "Awards that applicants have not answered in time: 2" in sign_in(iuc.helena).get("/work")

    lucia = sign_in(iuc.lucia)
    assert "is over. You can still answer" in lucia.get(f"/proposals/{granada.reference}/answer")
    answer(lucia, granada, "accept")
    assert session.scalars(select(AwardAnswer)).one().accepted


def test_a_day_that_is_over_is_not_asked_for(awarding, evaluating):
    awarding.decide()
    it = evaluating
    with pytest.raises(Refused, match="later day"):
        it.services.decisions.send_letters(
            it.world.call, by=it.world.helena, answer_by=date(2000, 1, 1)
        )


def test_verification_compares_answers_with_the_ledger(asked, lucia, session):
    granada, _mannheim = asked
    answer(lucia, granada, "accept")
    assert wrong(session) == []

    given = session.scalars(select(AwardAnswer)).one()
    given.accepted, given.reason = False, "forged"
    given.decision.answer_by = date(2099, 1, 1)
    session.flush()

    found = " ".join(wrong(session))
    assert "the answer of what was answered to its award" in found
    assert "the day until which its award" in found


def test_the_day_is_given_when_letters_are_sent(awarding, helena, evaluating, session):
    granada, _mannheim, lodz = awarding.decide()
    address = f"/manage/calls/{granada.call.code}/decisions"
    form = next(it for it in helena.get(address).forms.values() if "answer_by" in it.fields)
    form["answer_by"] = "some day"
    assert "as a date" in form.submit(status=409)
    form["answer_by"] = "9999-12-31"
    assert "between 1900 and 2199" in form.submit(status=409)

    form["answer_by"] = "2020-05-15"
    form.submit(status=303)

    session.expire_all()
    decisions = evaluating.services.decisions
    assert decisions.of(granada).answer_by == date(2020, 5, 15)
    assert decisions.of(lodz).answer_by is None
    assert "to be answered by 15 May 2020" in " ".join(helena.get(address).html.text.split())


def test_the_letter_says_until_when_and_that_less_is_offered(awarding, evaluating, lucia, session):
    granada, _mannheim, _lodz = awarding.decide()
    it, world = evaluating, evaluating.world
    decisions = it.services.decisions
    decisions.decide(
        granada,
        DecisionKind.AWARD,
        reasons="As offered.",
        awarded_cents=3_000_000,
        justification="The budget is cut.",
        signatory=world.viktor,
        by=world.helena,
    )
    decisions.countersign(decisions.of(granada), by=world.viktor)
    decisions.send_letters(world.call, by=world.helena, answer_by=date(2020, 5, 15))
    session.commit()

    letter = lucia.get(f"/proposals/{granada.reference}/letter.pdf")

    said = " ".join(
        " ".join(
            page.extract_text() for page in pypdf.PdfReader(io.BytesIO(letter.body)).pages
        ).split()
    )
    assert "by 15 May 2020" in said
    assert "You asked for EUR 35,000.00. You are offered less." in said
    assert "carry out the project with the lower amount" in said
    page = lucia.get(f"/proposals/{granada.reference}/answer")
    assert "carry out the project with the lower amount" in page


def test_an_award_is_answered_once_and_only_where_it_was_asked(asked, evaluating, session):
    granada, _mannheim = asked
    services, lucia = evaluating.services, evaluating.world.lucia
    decision = services.decisions.notified(granada)
    services.award_answers.answer(granada, decision, accepted=True, reason="", by=lucia)
    with pytest.raises(NotAllowedNow, match="answered already"):
        services.award_answers.answer(granada, decision, accepted=False, reason="No.", by=lucia)

"""Where a call asks for an authorised officer, no other member submits, reopens, withdraws."""

import pytest

from grants.accounts.models import Membership
from grants.calls.models import Call
from grants.calls.queries.facts import frozen
from grants.oversight.queries.waiting.officers import ready
from grants.oversight.queries.waiting.waits import WaitingKind
from grants.proposals.models import TeamMember
from grants.rules.workflow import ProposalStatus
from tests.functional.proposals.conftest import ADDRESS
from tests.functional.proposals.test_submission import button
from tests.support import world
from tests.support.proposals import written

ONLY = "Under this call only an authorised officer can submit, reopen and withdraw proposals."
ANA = f"{ONLY} For City of Granada this can be done by: Ana Soto."
NONE = f"{ONLY} City of Granada has none yet: ask the fund (fund@example.org)"


@pytest.fixture
def asks(session, iuc):
    """The open call asks for an authorised officer."""
    iuc.call.rules = iuc.call.rules | {"handed_in_by": "officers"}
    session.commit()
    return iuc.call


@pytest.fixture
def ana(session, iuc, clock):
    """The authorised officer of the City of Granada."""
    made = world.person(session, "Ana Soto", "ana@example.org", clock())
    session.flush()
    session.add(
        Membership(
            person=made,
            organisation=iuc.granada,
            since=clock(),
            authorised_at=clock(),
            authorised_by_id=iuc.helena.id,
        )
    )
    session.commit()
    return made


def text(page):
    return " ".join(page.html.find("main").text.replace("\xa0", " ").split())


def press(browser, action, status, **typed):
    token = browser.get("/work").html.find("input", {"name": "csrf_token"})["value"]
    return browser.post(f"{ADDRESS}/{action}", {"csrf_token": token, **typed}, status=status)


def status_of(session, proposal):
    session.rollback()
    session.refresh(proposal)
    return proposal.status


def test_others_read_who_can_before_and_are_refused(asks, whole, ana, lucia, session):
    assert ANA in text(lucia.get(ADDRESS))
    page = lucia.get(f"{ADDRESS}/submit")
    assert ANA in text(page)
    assert not [it for it in page.forms.values() if it.action.endswith("/submit")]

    refused = press(lucia, "submit", 409)

    assert "The proposal was not submitted" in text(refused)
    assert ANA in text(refused)
    assert "Check your answers" in text(refused)
    assert status_of(session, whole) is ProposalStatus.DRAFT


def test_whoever_stood_before_the_button_is_told_who_can(whole, ana, lucia, iuc, session):
    form = button(lucia.get(f"{ADDRESS}/submit"), "/submit")
    session.get(Call, iuc.call.id).rules = iuc.call.rules | {"handed_in_by": "officers"}
    session.commit()

    assert ANA in text(form.submit(status=409))


def test_the_officer_submits_takes_back_and_withdraws(asks, whole, ana, sign_in, session):
    browser = sign_in(ana)

    button(browser.get(f"{ADDRESS}/submit"), "/submit").submit(status=303)
    assert status_of(session, whole) is ProposalStatus.SUBMITTED
    button(browser.get(ADDRESS), "/reopen").submit(status=303)
    assert status_of(session, whole) is ProposalStatus.TAKEN_BACK
    form = browser.get(f"{ADDRESS}/withdraw").forms["withdraw"]
    form["sure"] = True
    form.submit("withdraw", status=303)
    assert status_of(session, whole) is ProposalStatus.WITHDRAWN
    button(browser.get(ADDRESS), "/restore").submit(status=303)
    assert status_of(session, whole) is ProposalStatus.SUBMITTED


def test_withdrawing_is_refused_in_the_form_with_the_words_kept(
    submitted, ana, lucia, iuc, session
):
    form = lucia.get(f"{ADDRESS}/withdraw").forms["withdraw"]
    session.get(Call, iuc.call.id).rules = iuc.call.rules | {"handed_in_by": "officers"}
    session.commit()
    form["reason"], form["sure"] = "Our partner left for good.", True

    refused = form.submit("withdraw", status=409)

    assert ANA in text(refused)
    assert refused.forms["withdraw"]["reason"].value == "Our partner left for good."
    assert status_of(session, submitted) is ProposalStatus.SUBMITTED
    assert ANA in text(press(lucia, "reopen", 409))
    page = lucia.get(ADDRESS)
    assert not [it for it in page.forms.values() if it.action.endswith("/reopen")]
    assert "/withdraw" not in page
    assert "withdraw" not in lucia.get(f"{ADDRESS}/withdraw").forms
    session.rollback()
    assert status_of(session, submitted) is ProposalStatus.SUBMITTED


def test_no_other_member_undoes_a_withdrawal(submitted, ana, asks, lucia, services, session):
    services.proposals.withdraw(submitted, by=ana)
    session.commit()

    assert "/restore" not in lucia.get(ADDRESS)
    assert ANA in text(press(lucia, "restore", 409))
    assert status_of(session, submitted) is ProposalStatus.WITHDRAWN


def test_where_nobody_is_named_the_way_out_is(asks, whole, lucia, session):
    assert NONE in text(lucia.get(f"{ADDRESS}/submit"))
    assert NONE in text(press(lucia, "submit", 409))


def test_an_officer_who_cannot_sign_in_is_not_named(asks, whole, ana, lucia, session, clock):
    ana.blocked_at = clock()
    session.commit()

    assert NONE in text(lucia.get(f"{ADDRESS}/submit"))


def test_a_guest_reads_who_submits(asks, whole, ana, iuc, sign_in, session):
    session.add(TeamMember(proposal=whole, person=iuc.stranger, since=whole.started_at))
    session.commit()
    guest = sign_in(iuc.stranger)

    assert ANA in text(guest.get(ADDRESS))
    press(guest, "submit", 403)


def test_an_officer_elsewhere_is_none_here(asks, whole, ana, lucia, iuc, session):
    session.add(
        Membership(
            person=iuc.lucia,
            organisation=iuc.mannheim,
            since=whole.started_at,
            authorised_at=whole.started_at,
            authorised_by_id=iuc.helena.id,
        )
    )
    session.commit()

    assert ANA in text(press(lucia, "submit", 409))


def test_under_other_calls_any_member_submits(whole, ana, lucia, services, session, iuc):
    assert ready(session, ana, services.clock()) == []

    button(lucia.get(f"{ADDRESS}/submit"), "/submit").submit(status=303)

    assert status_of(session, whole) is ProposalStatus.SUBMITTED


def test_what_is_complete_waits_for_the_officer_alone(
    asks, whole, ana, iuc, services, session, sign_in
):
    services.proposals.start(iuc.call, iuc.granada, by=iuc.lucia, key="another, not complete")
    session.commit()

    [waiting] = services.waits.of(ana)

    assert (waiting.kind, waiting.path) == (WaitingKind.READY, f"{ADDRESS}/submit")
    assert services.waits.of(iuc.lucia) == []
    page = sign_in(ana).get("/work")
    assert "Complete proposals ready for you to submit: 1" in page
    services.proposals.submit(whole, by=ana)
    assert services.waits.of(ana) == []


def test_what_waits_costs_no_more_where_more_does(
    asks, whole, ana, iuc, services, session, statements
):
    def cost():
        session.commit()
        services.waits.of(ana)  # a process reads each form once
        session.commit()
        with statements() as asked:
            found = services.waits.of(ana)
        return len(found), len(asked)

    one, few = cost()
    for title in ("Second", "Third"):
        written(services, iuc.call, iuc.granada, iuc.lucia, title)
    three, many = cost()

    assert (one, three) == (1, 3)
    assert many == few


@pytest.mark.usefixtures("asks")
def test_the_call_says_so_in_public(browser):
    said = "Nur eine zeichnungsberechtigte Person"

    assert "Only an authorised officer of the applicant can submit" in text(
        browser.get("/calls/IUC-2020")
    )
    page = browser.get("/calls/IUC-2020", headers={"Accept-Language": "de"})
    assert said in text(page)


def test_a_manager_asks_for_it_and_it_is_frozen_with_the_call(iuc, sign_in, session, browser):
    before = frozen(iuc.call)
    assert "Any member of the applicant can submit" in text(browser.get("/calls/IUC-2020"))
    helena = sign_in(iuc.helena)
    form = helena.get("/manage/calls/IUC-2020/correct").forms["call"]
    assert form["handed_in_by"].value == "members"
    form["reason"] = "Only the title."
    form.submit("save", status=303)
    session.expire_all()
    assert "handed_in_by" not in frozen(session.get(Call, iuc.call.id))["rules"]
    assert "handed_in_by" not in before["rules"]

    form = helena.get("/manage/calls/IUC-2020/correct").forms["call"]
    form["handed_in_by"], form["reason"] = "officers", "The statutes ask for it."
    form.submit("save", status=303)

    session.rollback()
    session.expire_all()
    call = session.get(Call, iuc.call.id)
    assert call.versions[-1].content["rules"]["handed_in_by"] == "officers"
    assert "Only an authorised officer" in text(helena.get("/manage/calls/IUC-2020"))


def test_after_the_call_has_closed_the_second_manager_reads_the_change(
    iuc, sign_in, session, clock
):
    clock.move_to(iuc.call.closes_at)
    helena = sign_in(iuc.helena)
    form = helena.get("/manage/calls/IUC-2020/correct").forms["call"]
    form["handed_in_by"], form["reason"] = "officers", "The statutes ask for it."

    page = form.submit("save", status=303).follow()

    assert "Any member of the applicant" in text(page)
    assert "Authorised officers of the applicant only" in text(page)

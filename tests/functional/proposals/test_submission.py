"""Submitting: once, in time, with a receipt that proves it."""

import hashlib
from datetime import datetime, timedelta

import pytest

from grants.kit.database import db
from grants.rules import canonical
from tests.functional.proposals.conftest import ADDRESS
from tests.support.proposals import GRANADA, complete, versions_of

CHECK_AND_SUBMIT = f"{ADDRESS}/submit"


def button(page, action):
    """Find the form of the button that sends to an address."""
    return next(form for form in page.forms.values() if form.action.endswith(action))


@pytest.mark.usefixtures("whole")
def test_a_receipt_says_what_when_and_which_text(iuc, sign_in, clock, session):
    clock.advance(days=20)
    lucia = sign_in(iuc.lucia)

    page = button(lucia.get(CHECK_AND_SUBMIT), "/submit").submit(status=303).follow()

    version = versions_of(session).one()
    assert "We have received your proposal" in page
    assert version.receipt in page
    assert version.sha256 in page
    assert "23 February 2020, 10:00 (Brussels time)" in page.text.replace("\xa0", " ")
    assert "23 February 2020, 09:00 (UTC)" in page.text.replace("\xa0", " ")
    assert hashlib.sha256(canonical.written(version.content)).hexdigest() == version.sha256


@pytest.mark.usefixtures("whole")
def test_a_double_click_and_two_tabs_give_one_receipt(lucia, session):
    tabs = [button(lucia.get(CHECK_AND_SUBMIT), "/submit") for _tab in range(2)]

    answers = [form.submit(status=303).follow() for form in (*tabs, tabs[0])]

    assert versions_of(session).count() == 1
    assert all("R-IUC-2020-001-01" in answer for answer in answers)


@pytest.mark.usefixtures("draft")
def test_what_is_missing_is_listed_with_links_and_nothing_is_submitted(lucia, session):
    token = lucia.get(ADDRESS).html.find("input", {"name": "csrf_token"})["value"]

    page = lucia.post(CHECK_AND_SUBMIT, {"csrf_token": token}, status=422)

    links = page.html.select(".error-summary a")
    assert "Title" in [link.text for link in links]
    assert versions_of(session).count() == 0


@pytest.mark.usefixtures("whole")
def test_nothing_is_submitted_after_the_call_has_closed(clock, iuc, session, sign_in):
    clock.move_to(iuc.call.closes_at - timedelta(seconds=1))
    lucia = sign_in(iuc.lucia)
    form = button(lucia.get(CHECK_AND_SUBMIT), "/submit")
    clock.move_to(iuc.call.closes_at)

    page = form.submit(status=409)

    assert "This call closed on 31 March 2020 at 17:00 (Brussels time)." in page
    assert versions_of(session).count() == 0
    assert GRANADA in lucia.get(f"{ADDRESS}/preview")


@pytest.mark.usefixtures("whole")
def test_what_arrived_before_the_end_is_in_time_however_long_it_takes(iuc, clock, app, sign_in):
    clock.move_to(iuc.call.closes_at - timedelta(seconds=1))
    form = button(sign_in(iuc.lucia).get(CHECK_AND_SUBMIT), "/submit")
    arrived = clock.moment

    def slow() -> datetime:
        # The first look at the clock is the request's arrival; every later one comes too late.
        moment, clock.moment = clock.moment, iuc.call.closes_at + timedelta(hours=1)
        return moment

    app.registry["clock"] = slow

    form.submit(status=303)

    assert clock.moment > iuc.call.closes_at > arrived


@pytest.mark.usefixtures("whole")
def test_who_waits_for_the_database_arrived_before_that(iuc, sign_in, clock, monkeypatch):
    clock.move_to(iuc.call.closes_at - timedelta(seconds=1))
    form = button(sign_in(iuc.lucia).get(CHECK_AND_SUBMIT), "/submit")
    opened = db.open_session

    def in_the_end(*args, **more):
        clock.move_to(iuc.call.closes_at + timedelta(seconds=20))
        return opened(*args, **more)

    monkeypatch.setattr(db, "open_session", in_the_end)

    form.submit(status=303)

    assert clock.moment > iuc.call.closes_at


@pytest.mark.usefixtures("submitted")
def test_reopened_changed_and_submitted_again(lucia):
    overview = lucia.get(ADDRESS)
    draft = button(overview, "/reopen").submit(status=303).follow()
    assert "The version you submitted counts until you submit it again." in draft

    form = lucia.get(f"{ADDRESS}/sections/project").forms["section"]
    form["title"] = "A better title"
    form.submit("save", status=303)
    receipt = button(lucia.get(CHECK_AND_SUBMIT), "/submit").submit(status=303).follow()

    assert "R-IUC-2020-001-02" in receipt
    assert "A better title" in receipt
    assert "R-IUC-2020-001-01" in lucia.get(ADDRESS)


@pytest.mark.usefixtures("submitted")
def test_withdrawing_asks_first_and_keeps_the_reason(lucia):
    form = lucia.get(f"{ADDRESS}/withdraw").forms["withdraw"]
    form["reason"] = "Our partner left"
    page = form.submit("withdraw", status=422)
    assert "Tick this if you really withdraw the proposal." in page
    form = page.forms["withdraw"]
    assert form["reason"].value == "Our partner left"
    form["sure"] = True

    page = form.submit("withdraw", status=303).follow()

    assert "Withdrawn" in page
    assert "Our partner left" in page
    assert "/submit" not in page.text
    assert GRANADA in lucia.get(f"{ADDRESS}/preview")


@pytest.mark.usefixtures("submitted")
def test_a_reason_that_is_too_long_is_kept_and_refused(lucia):
    form = lucia.get(f"{ADDRESS}/withdraw").forms["withdraw"]
    form["reason"] = "because " * 400

    page = form.submit("withdraw", status=422)

    assert page.forms["withdraw"]["reason"].value.startswith("because because")


@pytest.mark.usefixtures("submitted")
def test_the_receipt_is_the_same_file_whoever_asks_and_whenever(lucia, clock):
    first = lucia.get(f"{ADDRESS}/receipt.pdf")
    clock.advance(minutes=5)

    assert lucia.get(f"{ADDRESS}/receipt.pdf").body == first.body
    assert first.headers["Content-Disposition"].startswith("attachment")


def test_the_fund_reads_what_was_submitted_and_not_what_is_written(lucia, iuc, sign_in, submitted):
    helena = sign_in(iuc.helena)
    assert GRANADA in helena.get(ADDRESS)
    assert helena.get(f"{ADDRESS}/proposal.pdf").body.startswith(b"%PDF")

    button(lucia.get(ADDRESS), "/reopen").submit(status=303)
    form = lucia.get(f"{ADDRESS}/sections/project").forms["section"]
    form["title"] = "Not finished"
    form.submit("save", status=303)

    page = helena.get(ADDRESS)
    assert GRANADA in page
    assert "Not finished" not in page
    assert "The team has reopened the proposal for changes." in page
    assert helena.get(f"{ADDRESS}/proposal.pdf").body.startswith(b"%PDF")


def test_an_applicant_learns_of_a_decision_by_letter_only(lucia, iuc, session, clock, submitted):
    from grants.decisions.models import Decision
    from grants.rules.workflow import DecisionKind, ProposalStatus

    for status in ("admissible", "eligible", "in_stage", "passed", "ranked", "main", "rejected"):
        submitted.status = ProposalStatus(status)
        session.commit()
        page = lucia.get(ADDRESS)
        assert "In evaluation" in page, status
        assert "Not awarded" not in page
    decision = Decision(
        proposal=submitted,
        kind=DecisionKind.REJECT_BUDGET,
        reasons="The money ends above.",
        decided_at=clock(),
        decided_by=iuc.helena,
    )
    session.add(decision)
    session.commit()
    assert "In evaluation" in lucia.get(ADDRESS)

    decision.notified_at = clock()
    session.commit()

    assert "Not awarded" in lucia.get(ADDRESS)


@pytest.mark.usefixtures("whole")
def test_a_minute_before_the_end_it_says_so(clock, iuc, sign_in):
    clock.move_to(iuc.call.closes_at - timedelta(minutes=7))

    page = sign_in(iuc.lucia).get(ADDRESS)

    assert "7 minutes left" in page


@pytest.mark.usefixtures("whole")
def test_one_reads_it_as_a_reader_will_before_it_is_submitted(lucia, session):
    overview = lucia.get(ADDRESS)
    assert not any(form.action.endswith("/submit") for form in overview.forms.values())

    page = overview.click("Check your answers", index=0)

    main = " ".join(page.html.main.get_text().split())
    assert "Lucía Fernández, for City of Granada" in main
    assert "Cities know how to use blockchain." in main
    assert versions_of(session).count() == 0


@pytest.mark.usefixtures("draft")
def test_before_submitting_one_reads_what_is_missing_and_finds_no_button(lucia):
    page = lucia.get(CHECK_AND_SUBMIT)

    assert "Title" in [link.text for link in page.html.select(".error-summary a")]
    assert not any(form.action.endswith("/submit") for form in page.forms.values())


def test_what_a_colleague_changed_meanwhile_is_read_before_it_is_submitted(
    lucia, services, iuc, session, whole
):
    form = button(lucia.get(CHECK_AND_SUBMIT), "/submit")
    answers = complete("A colleague's title")["project"]
    services.proposals.save(whole, "project", answers, by=iuc.lucia, revision=1, tab="another")
    session.commit()

    page = form.submit(status=409)

    assert "The proposal was changed while you were reading, so it was not submitted" in page
    assert "A colleague's title" in page.html.h1.parent.get_text()
    assert versions_of(session).count() == 0
    assert "R-IUC-2020-001-01" in button(page, "/submit").submit(status=303).follow()


@pytest.mark.usefixtures("submitted")
def test_the_receipt_says_what_happens_next_and_when(lucia):
    page = lucia.get(f"{ADDRESS}/receipt")

    main = " ".join(page.html.main.get_text().replace("\xa0", " ").split())
    assert "What happens next, and when" in main
    assert "Until 31 March 2020, 17:00 (Brussels time) members of your organisation" in main
    assert "fund@example.org" in main
    assert lucia.get(CHECK_AND_SUBMIT, status=303).location.endswith("/receipt")

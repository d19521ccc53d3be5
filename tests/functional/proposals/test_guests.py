"""Guests write; members of the applicant submit, reopen, withdraw, and undo that."""

from datetime import timedelta

import pytest

from grants.proposals.models import TeamMember
from grants.rules.workflow import ProposalStatus
from tests.functional.proposals.conftest import ADDRESS
from tests.functional.proposals.test_reopened import text_of
from tests.functional.proposals.test_submission import button

TEAM = ("lucia@example.org", "stranger@example.org")


@pytest.fixture
def guest(whole, session, iuc, sign_in):
    """Somebody of a partner organisation, asked into the team."""
    session.add(TeamMember(proposal=whole, person=iuc.stranger, since=whole.started_at))
    session.commit()
    return sign_in(iuc.stranger)


@pytest.fixture
def withdrawn(guest, lucia, submitted):
    """What was submitted, withdrawn by a member."""
    form = lucia.get(f"{ADDRESS}/withdraw").forms["withdraw"]
    form["sure"] = True
    form.submit("withdraw", status=303)
    return submitted


def press(browser, action, status):
    token = browser.get(ADDRESS).html.find("input", {"name": "csrf_token"})["value"]
    return browser.post(f"{ADDRESS}/{action}", {"csrf_token": token, "sure": "true"}, status=status)


def told(mailbox, subject):
    for address in TEAM:
        found = [it for it in mailbox.letters(address) if subject in it["Subject"]]
        assert len(found) == 1, address
    return text_of(found[0])


def test_a_guest_writes_and_does_not_submit(guest, session, whole):
    form = guest.get(f"{ADDRESS}/sections/project").forms["section"]
    form["title"] = "Written by a guest"
    form.submit("save", status=303)

    page = guest.get(ADDRESS)
    assert "You write as a guest." in page
    assert "/submit" not in page
    assert "/withdraw" not in page
    press(guest, "submit", 403)
    guest.get(f"{ADDRESS}/withdraw", status=403)
    session.refresh(whole)
    assert (whole.status, whole.title) == (ProposalStatus.DRAFT, "Written by a guest")


def test_a_guest_neither_takes_back_nor_withdraws(guest, submitted, session):
    press(guest, "reopen", 403)
    press(guest, "withdraw", 403)

    session.refresh(submitted)
    assert submitted.status is ProposalStatus.SUBMITTED


@pytest.mark.usefixtures("guest", "submitted")
def test_submitting_is_mailed_to_the_whole_team_and_says_who(mailbox):
    assert "Submitted by: Lucía Fernández" in told(mailbox, "We received your proposal")


@pytest.mark.usefixtures("withdrawn")
def test_withdrawing_is_mailed_to_the_whole_team_and_can_be_undone(lucia, mailbox, session):
    letter = told(mailbox, "was withdrawn")
    assert "Lucía Fernández withdrew the proposal" in letter
    assert "can undo it until 31 March 2020" in letter

    page = button(lucia.get(ADDRESS), "/restore").submit(status=303).follow()

    assert "The withdrawal is undone." in page
    assert "Withdrawal undone" in page
    assert "R-IUC-2020-001-01) counts again" in told(mailbox, "is no longer withdrawn")


def test_what_was_never_submitted_is_a_draft_again(lucia, whole, session):
    form = lucia.get(f"{ADDRESS}/withdraw").forms["withdraw"]
    form["sure"] = True
    form.submit("withdraw", status=303)

    button(lucia.get(ADDRESS), "/restore").submit(status=303)

    session.refresh(whole)
    assert (whole.status, whole.withdrawn_at) == (ProposalStatus.DRAFT, None)


def test_after_the_deadline_it_is_for_good(withdrawn, iuc, clock, sign_in, session):
    clock.move_to(iuc.call.closes_at - timedelta(seconds=1))
    lucia = sign_in(iuc.lucia)
    form = button(lucia.get(ADDRESS), "/restore")
    clock.move_to(iuc.call.closes_at)

    form.submit(status=409)

    assert "/restore" not in lucia.get(ADDRESS)
    session.refresh(withdrawn)
    assert withdrawn.status is ProposalStatus.WITHDRAWN


def test_a_guest_does_not_undo_a_withdrawal(guest, withdrawn, session):
    assert "/restore" not in guest.get(ADDRESS)

    press(guest, "restore", 403)

    session.refresh(withdrawn)
    assert withdrawn.status is ProposalStatus.WITHDRAWN

"""Reopened and not submitted again: what was submitted last counts when the call closes."""

from datetime import timedelta

import pytest

from grants.kit.database import db
from grants.kit.jobs.models import Job
from grants.kit.jobs.tasks import registry
from grants.proposals.service.after_closing import NOTICE, await_end
from grants.rules.workflow import ProposalStatus
from tests.functional.proposals.conftest import ADDRESS
from tests.functional.proposals.test_submission import button
from tests.support.proposals import GRANADA, complete, versions_of

LIST = "/manage/calls/IUC-2020/proposals"
LEDGER = "/manage/funds/IUC-ASIA/ledger?about=IUC-2020-001"
CHANGED = "Changed since, and not submitted"


@pytest.fixture
def watched(session, iuc):
    """The open call, whose end is waited for as it is for every published call."""
    await_end(session, iuc.call)
    session.commit()
    return iuc.call


@pytest.fixture
def taken_back(services, session, iuc, submitted):
    """Granada's proposal: submitted, reopened, changed."""
    services.proposals.take_back(submitted, by=iuc.lucia)
    change(services, submitted, iuc.lucia)
    session.commit()
    return submitted


def change(services, proposal, by):
    answers = complete(CHANGED)["project"]
    services.proposals.save(proposal, "project", answers, by=by, revision=1, tab="")


def lettered(mailbox, subject):
    (found,) = [it for it in mailbox.letters("lucia@example.org") if subject in it["Subject"]]
    return found


def text_of(letter):
    return " ".join(letter.get_body(("plain",)).get_content().replace("\xa0", " ").split())


@pytest.mark.usefixtures("watched", "taken_back")
def test_it_counts_for_everybody_when_the_call_has_closed(iuc, clock, mailbox, sign_in):
    clock.move_to(iuc.call.closes_at + timedelta(hours=1))
    last = text_of(lettered(mailbox, "which version of IUC-2020-001 counts"))

    assert "The version you submitted on 3 February 2020" in last
    assert "R-IUC-2020-001-01" in last
    for reader in (iuc.helena, iuc.olga):
        browser = sign_in(reader)
        listed = browser.get(f"{LIST}?q=blockchain")
        assert "IUC-2020-001" in listed
        assert "Submitted" in listed
        assert CHANGED not in listed
        assert CHANGED not in browser.get(ADDRESS)
        assert "R-IUC-2020-001-01" in browser.get(ADDRESS)
        assert browser.get(f"{ADDRESS}/proposal.pdf").body.startswith(b"%PDF")
        assert "IUC-2020-001" in browser.get(LEDGER)
        assert CHANGED not in browser.get(f"{LIST}.csv", status="*")
    assert "complete" in sign_in(iuc.helena).get(f"{ADDRESS}/check")


@pytest.mark.usefixtures("taken_back")
def test_the_fund_sees_what_counts_before_the_deadline_too(iuc, sign_in):
    helena = sign_in(iuc.helena)

    listed = helena.get(LIST)

    assert GRANADA in listed
    assert "Reopened" in listed
    assert CHANGED not in listed
    assert GRANADA in helena.get(f"{LIST}.csv")


@pytest.mark.usefixtures("taken_back")
def test_where_no_worker_runs_whoever_looks_settles_it(iuc, clock, session, sign_in, submitted):
    clock.move_to(iuc.call.closes_at)

    page = sign_in(iuc.helena).get(LIST, status=303).follow()

    session.refresh(submitted)
    assert submitted.status is ProposalStatus.SUBMITTED
    assert "Reopened" not in page
    assert "Check eligibility" in sign_in(iuc.helena).get(ADDRESS)


def test_the_city_keeps_what_it_wrote_and_is_told_what_counts(iuc, clock, sign_in, taken_back):
    clock.move_to(iuc.call.closes_at)
    lucia = sign_in(iuc.lucia)

    page = lucia.get(ADDRESS).maybe_follow()

    assert "Your last changes were not submitted" in page
    assert "R-IUC-2020-001-01" in page
    assert CHANGED not in lucia.get(f"{ADDRESS}/preview")
    written = page.click("Read the unsubmitted changes")
    assert CHANGED in written
    assert "Only your team sees it" in written
    helena = sign_in(iuc.helena)
    assert CHANGED not in helena.get(f"{ADDRESS}/preview?written=yes")
    assert taken_back.reference in page


@pytest.mark.usefixtures("taken_back")
def test_it_is_settled_once_however_often_the_clock_strikes(portal, iuc, clock, mailbox, services):
    clock.move_to(iuc.call.closes_at)
    at = iuc.call.closes_at.isoformat()

    for _time in range(2):
        registry.tasks["settle_teams"].run(mailbox.context, call_id=iuc.call.id, closes_at=at)

    proposal = services.proposals.get("IUC-2020-001")
    told = [it.entry.action for it in services.proposals.history(proposal)]
    assert told == ["start", "submit", "take_back", "stand"]
    letters = [it["Subject"] for it in mailbox.letters("lucia@example.org")]
    assert sum("which version" in subject for subject in letters) == 1


@pytest.mark.usefixtures("watched", "taken_back")
def test_a_deadline_that_was_moved_is_waited_for_anew(iuc, clock, session, mailbox, services):
    before = iuc.call.closes_at
    iuc.call.closes_at = before + timedelta(days=3)
    await_end(session, iuc.call)
    session.commit()

    def standing():
        mailbox.open()
        session.rollback()  # to see what was written meanwhile
        session.expire_all()
        return services.proposals.get("IUC-2020-001").status

    clock.move_to(before)
    assert standing() is ProposalStatus.TAKEN_BACK
    clock.move_to(iuc.call.closes_at)
    assert standing() is ProposalStatus.SUBMITTED


@pytest.mark.usefixtures("watched")
def test_calls_from_before_are_waited_for_when_a_worker_starts(portal, iuc, mailbox):
    with db.writing(portal.sessions) as session:
        session.execute(Job.__table__.delete())

    registry.tasks["watch_deadlines"].run(mailbox.context)
    registry.tasks["watch_deadlines"].run(mailbox.context)

    with portal.sessions() as session:
        waiting = {(job.task, job.run_at) for job in session.query(Job)}
        assert session.query(Job).count() == 4, "and two of the other call that is open"
    closes = iuc.call.closes_at
    assert waiting >= {("remind_teams", closes - NOTICE), ("settle_teams", closes)}


@pytest.mark.usefixtures("taken_back")
def test_submitted_again_in_time_counts_though_the_clock_was_faster(
    iuc, clock, session, services, mailbox
):
    at = iuc.call.closes_at.isoformat()
    clock.move_to(iuc.call.closes_at)
    registry.tasks["settle_teams"].run(mailbox.context, call_id=iuc.call.id, closes_at=at)
    session.expire_all()
    proposal = services.proposals.get("IUC-2020-001")
    assert proposal.status is ProposalStatus.SUBMITTED

    clock.move_to(iuc.call.closes_at - timedelta(seconds=1))  # when the request arrived
    version = services.proposals.submit(proposal, by=iuc.lucia)

    assert (version.number, proposal.title) == (2, CHANGED)
    assert versions_of(session).count() == 2


@pytest.mark.usefixtures("watched", "submitted")
def test_taking_back_is_mailed_to_the_team(lucia, mailbox):
    button(lucia.get(ADDRESS), "/reopen").submit(status=303)

    letter = lettered(mailbox, "was reopened")

    assert "Lucía Fernández reopened the proposal" in text_of(letter)
    assert "it counts when the call closes on 31 March 2020 at 17:00" in text_of(letter).replace(
        "2020, 17:00", "2020 at 17:00"
    )


@pytest.mark.usefixtures("watched")
def test_a_day_before_the_deadline_a_team_reads_what_is_missing(iuc, clock, mailbox, draft):
    clock.move_to(iuc.call.closes_at - NOTICE - timedelta(minutes=1))
    assert mailbox.letters("lucia@example.org") == []

    clock.move_to(iuc.call.closes_at - NOTICE)
    mailbox.open()
    (letter,) = mailbox.letters("lucia@example.org")

    assert draft.reference in letter["Subject"]
    assert "is not submitted" in text_of(letter)
    assert "The project, Title" in text_of(letter)


@pytest.mark.usefixtures("watched", "taken_back")
def test_a_day_before_the_deadline_it_says_which_version_counts(iuc, clock, mailbox):
    clock.move_to(iuc.call.closes_at - NOTICE)

    letter = text_of(mailbox.letters("lucia@example.org")[-1])

    assert "the version with the receipt R-IUC-2020-001-01 counts" in letter
    assert "it only needs to be submitted" in letter


@pytest.mark.usefixtures("watched", "submitted")
def test_who_has_submitted_is_not_reminded(iuc, clock, mailbox):
    clock.move_to(iuc.call.closes_at - NOTICE)

    assert all("closes on" not in it["Subject"] for it in mailbox.letters("lucia@example.org"))

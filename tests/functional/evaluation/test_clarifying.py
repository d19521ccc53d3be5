"""A question on pages: asked by the fund, answered by the team in the named fields alone."""

from datetime import timedelta

import pytest

from grants.directory.service.officers import NotAuthorised
from grants.proposals.clarifications import Clarification
from grants.proposals.models import TeamMember
from grants.proposals.tasks import remind_clarification
from grants.rules.workflow import Interest
from tests.support import mailbox as mailboxes
from tests.support.proposals import submitted_version


@pytest.fixture
def granada(services, session, iuc, clock):
    made = submitted_version(services, iuc.call, iuc.granada, iuc.lucia).proposal
    session.commit()
    clock.move_to(iuc.call.closes_at + timedelta(days=1))
    return made


@pytest.fixture
def mailbox(portal):
    return mailboxes.of(portal)


@pytest.fixture
def lucia(evaluating, visitor):
    return visitor(evaluating.world.lucia)


def asks(helena, proposal, *fields):
    page = helena.get(f"/proposals/{proposal.reference}/check").click("Clarifications")
    form = page.forms["clarification"]
    form["question"] = "How many people live in the city?"
    for box in form.fields["fields"]:
        box.checked = box._value in fields
    form["due_on"] = "2020-04-10"
    return form.submit("ask", status=303).follow()


def asked_of(session):
    session.expire_all()
    return session.query(Clarification).one()


def test_the_team_is_asked_answers_and_the_check_shows_what_changed(
    helena, lucia, services, session, granada
):
    page = asks(helena, granada, "cities.population", "project.title")
    assert "Waiting for the answer" in page
    listed = helena.get("/manage/calls/IUC-2020/checks?show=clarifying")
    assert [it.get_text() for it in listed.html.select(".matrix tbody th a")] == [granada.reference]

    home = lucia.get(f"/proposals/{granada.reference}")
    assert "How many people live in the city?" in home
    form = home.click("Answer the clarification").forms["clarification"]
    assert form["field_1"].value == "232000"
    form["field_1"], form["answer"] = "250000", "It was the number of 2015."
    done = form.submit("send", status=303).follow()

    assert "Your answer is submitted as a new version." in done
    versions = services.proposals.versions(granada)
    assert [it.answers["cities"]["population"] for it in versions] == [232_000, 250_000]
    shown = helena.get(f"/proposals/{granada.reference}/clarifications")
    row = shown.html.select_one(".changed-field").get_text(" ", strip=True)
    assert "232,000" in row
    assert "250,000" in row
    assert "It was the number of 2015." in shown


def test_fields_that_were_not_named_are_not_on_the_page_and_are_not_taken(
    helena, lucia, session, services, granada
):
    asks(helena, granada, "cities.population")
    form = lucia.get(f"/proposals/{granada.reference}/clarification").forms["clarification"]
    assert "field_2" not in form.fields
    form["answer"] = "It is right."
    sent = [*form.submit_fields("send"), ("title", "Another"), ("field_2", "Another")]

    lucia.post(form.action or f"/proposals/{granada.reference}/clarification", sent, status=303)

    titles = [it.answers["project"]["title"] for it in services.proposals.versions(granada)]
    assert len(set(titles)) == 1


def test_after_its_moment_the_words_are_kept_on_the_page_and_nothing_changes(
    helena, lucia, clock, services, session, granada
):
    asks(helena, granada, "cities.population")
    page = lucia.get(f"/proposals/{granada.reference}/clarification")
    form = page.forms["clarification"]
    form["field_1"], form["answer"] = "250000", "Too late."
    fields = form.submit_fields("send")
    clock.move_to(asked_of(session).due_at)
    late = lucia.get(f"/proposals/{granada.reference}/clarification")

    assert "The time for an answer ended" in late
    assert "clarification" not in late.forms
    token = {"csrf_token": late.html.find("input", {"name": "csrf_token"})["value"]}
    lucia.post(
        f"/proposals/{granada.reference}/clarification", {**dict(fields), **token}, status=409
    )
    assert len(services.proposals.versions(granada)) == 1
    assert "Not answered" in helena.get(f"/proposals/{granada.reference}/clarifications")


def test_it_is_withdrawn_with_a_reason_that_the_team_reads(helena, lucia, mailbox, granada):
    page = asks(helena, granada, "cities.population")
    form = next(it for it in page.forms.values() if it.action.endswith("/withdraw"))
    assert form.submit(status=409)
    form["reason"] = "Found in the annex."

    form.submit(status=303)

    assert "Found in the annex." in lucia.get(f"/proposals/{granada.reference}/clarification")
    letters = mailbox.letters("lucia@example.org")
    [letter] = [it for it in letters if it["Subject"].startswith("No answer is needed")]
    said = letter.get_body(("plain",)).get_content()
    assert "Found in the annex." in said
    assert "stands as you submitted it" in said


@pytest.mark.parametrize("due", ["9999-12-31", "0001-01-01"])
def test_a_day_that_nobody_means_is_refused_and_the_question_stays(helena, granada, due):
    page = helena.get(f"/proposals/{granada.reference}/check").click("Clarifications")
    form = page.forms["clarification"]
    form["question"], form["due_on"] = "How many people live in the city?", due
    form.fields["fields"][0].checked = True

    page = form.submit("ask", status=422)

    assert "Give a year between 1900 and 2199." in page
    assert page.forms["clarification"]["question"].value == "How many people live in the city?"


def test_whoever_has_an_interest_sees_no_question(helena, evaluating, services, session, granada):
    services.interests.declare(
        evaluating.world.helena, granada, Interest.DISQUALIFYING, "I advised them."
    )
    session.commit()

    helena.get(f"/proposals/{granada.reference}/clarifications", status=404)
    helena.get(f"/proposals/{granada.reference}/clarification", status=404)


def test_the_team_gets_a_letter_and_one_reminder_while_it_is_open(
    helena, clock, session, mailbox, granada
):
    asks(helena, granada, "cities.population")
    asked = asked_of(session)
    number = asked.id
    clock.move_to(asked.due_at - timedelta(days=1))

    for _time in range(2):
        remind_clarification(mailbox.context, clarification_id=number)

    subjects = [it["Subject"] for it in mailbox.letters("lucia@example.org")]
    assert sum("A question about your proposal" in it for it in subjects) == 2
    clock.move_to(asked_of(session).due_at)
    remind_clarification(mailbox.context, clarification_id=number)
    assert len(mailbox.letters("lucia@example.org")) == len(subjects)


def test_a_guest_answers_nothing_for_the_applicant(helena, iuc, visitor, session, granada):
    session.add(TeamMember(proposal=granada, person=iuc.stranger, since=granada.started_at))
    session.commit()
    asks(helena, granada, "cities.population")
    guest = visitor(iuc.stranger)

    assert "Answer the clarification" not in guest.get(f"/proposals/{granada.reference}")
    guest.get(f"/proposals/{granada.reference}/clarification", status=403)


def test_only_an_officer_answers_where_the_call_asks_for_one(
    helena, lucia, iuc, services, session, granada
):
    asks(helena, granada, "cities.population")
    iuc.call.rules = iuc.call.rules | {"handed_in_by": "officers"}
    session.commit()

    page = lucia.get(f"/proposals/{granada.reference}/clarification")
    assert "clarification" not in page.forms
    with pytest.raises(NotAuthorised):
        services.clarifications.answer(asked_of(session), answers={}, text="So.", by=iuc.lucia)


def test_the_new_version_keeps_who_applied_as_it_was_submitted(
    helena, lucia, iuc, services, session, granada
):
    asks(helena, granada, "cities.population")
    iuc.granada.country = "PT"
    session.commit()
    form = lucia.get(f"/proposals/{granada.reference}/clarification").forms["clarification"]
    form["field_1"], form["answer"] = "250000", "It was the number of 2015."
    form.submit("send", status=303)

    session.expire_all()
    one, other = services.proposals.versions(granada)
    assert one.content["organisation"] == other.content["organisation"]


def test_a_check_is_not_completed_on_a_version_that_nobody_looked_at(
    helena, lucia, iuc, services, session, granada
):
    for item in services.checks.of(granada):
        services.checks.answer(granada, item.code, met=True, by=iuc.helena)
    session.commit()
    page = helena.get(f"/proposals/{granada.reference}/check")
    complete = next(it for it in page.forms.values() if it.action.endswith("/complete"))
    asks(helena, granada, "cities.population")
    form = lucia.get(f"/proposals/{granada.reference}/clarification").forms["clarification"]
    form["field_1"], form["answer"] = "250000", "It was the number of 2015."
    form.submit("send", status=303)

    assert "This was changed while you had the page open" in complete.submit(status=409)

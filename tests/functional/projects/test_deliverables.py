"""A team logs a deliverable in the browser; the fund accepts or returns it there."""

from datetime import date, timedelta

import pytest
from webtest import Upload

from grants.projects.models import ParticipantKind
from grants.projects.service.deliverables import missing
from grants.rules.workflow import DeliverableStatus
from tests.support.awarding import webinar
from tests.support.samples import PDF


def fill(form) -> None:
    """Write what Granada's team says of its first webinar."""
    form["held_on"] = "2020-10-19"
    form["place"] = "Online"
    form["address"] = "https://example.org/webinar"
    form["description"] = "The state of the art in the participating cities."
    form["country"], form["kind"], form["people"] = "ES", "academia", "18"
    form["title"], form["url"] = "Recording", "https://example.org/recording"


@pytest.fixture
def address(granada) -> str:
    return f"/projects/{granada.reference}/deliverables/1"


@pytest.fixture
def form(lucia, address):
    """The form of the first webinar, as Granada's officer opens it."""
    return lucia.get(address).forms["log"]


@pytest.fixture
def delivered(services, session, granada, iuc):
    """The first webinar, submitted."""
    it = granada.deliverables[0]
    services.deliverables.save(it, webinar(), revision=0, tab="", by=iuc.lucia)
    services.deliverables.deliver(it, by=iuc.lucia)
    session.commit()
    return it


def test_a_deliverable_is_logged_and_submitted(form, granada, address, lucia, session):
    fill(form)
    form["upload:evidence"] = [Upload("participants.pdf", PDF)]

    answer = form.submit("deliver", status=303)

    session.expire_all()
    it = granada.deliverables[0]
    assert it.status is DeliverableStatus.DELIVERED
    assert [(who.country, who.kind, who.people) for who in it.participations] == [
        ("ES", ParticipantKind.ACADEMIA, 18)
    ]
    assert [file.name for file in it.evidence] == ["participants.pdf"]
    assert "Submitted. We are checking it" in answer.follow()
    assert "participants.pdf" in lucia.get(address)


def test_a_draft_is_kept_however_incomplete(form, granada, address, lucia, session):
    form["place"] = "Online"

    form.submit("save", status=303)

    assert lucia.get(address).forms["log"]["place"].value == "Online"
    session.expire_all()
    assert granada.deliverables[0].status is DeliverableStatus.PLANNED


def test_it_is_saved_while_one_types(form, lucia, granada, address, session):
    form["description"] = "We began"

    answer = lucia.post(
        address, form.submit_fields("save"), headers={"HX-Request": "true"}, status=204
    )

    assert answer.body == b""
    session.expire_all()
    assert granada.deliverables[0].description == "We began"


def test_what_is_missing_is_said_before_it_is_submitted(form, granada, session):
    form["place"] = "Online"

    page = form.submit("deliver", status=422)

    assert "Describe what was delivered." in page
    assert "Add at least one file or link as evidence." in page
    assert page.forms["log"]["place"].value == "Online"
    session.expire_all()
    assert granada.deliverables[0].status is DeliverableStatus.PLANNED


def test_what_was_written_and_sent_stays_although_something_is_missing(
    form, granada, address, lucia, session
):
    form["place"] = "Online"
    form["upload:evidence"] = [Upload("participants.pdf", PDF)]

    page = form.submit("deliver", status=422)

    session.expire_all()
    it = granada.deliverables[0]
    assert (it.place, it.status) == ("Online", DeliverableStatus.PLANNED)
    assert [file.name for file in it.evidence] == ["participants.pdf"]
    session.rollback()
    assert "participants.pdf" in lucia.get(address)
    again = page.forms["log"]
    fill(again)
    again.submit("deliver", status=303)


def test_a_page_that_was_refused_does_not_overwrite_what_a_colleague_saves(form, lucia, address):
    form["place"] = "Granada"
    refused = form.submit("deliver", status=422).forms["log"]
    colleague = lucia.get(address).forms["log"]
    colleague["description"] = "Everything went well."
    colleague.submit("save", status=303)

    refused.submit("deliver", status=409)

    kept = lucia.get(address).forms["log"]
    assert (kept["place"].value, kept["description"].value) == ("Granada", "Everything went well.")


@pytest.mark.parametrize(
    ("field", "typed", "complaint"),
    [
        ("held_on", "yesterday", "Give a date, such as"),
        ("held_until", "2020-10-18", "The last day is before the first one."),
        ("address", "javascript:alert(1)", "Write a web address"),
        ("url", "file:///etc/passwd", "Write a web address"),
        ("people", "many", "is not a number"),
        ("people", "-1", "-1 is too small. The smallest number possible is 0."),
        ("country", "", "Please answer this."),
    ],
)
def test_bad_input_gets_the_form_again_with_what_was_typed(
    form, granada, session, field, typed, complaint
):
    fill(form)
    form[field].force_value(typed)

    page = form.submit("save", status=422)

    assert complaint in page.html.find(class_="error-summary").text
    assert page.forms["log"][field].value == typed
    assert page.html.find(attrs={"aria-invalid": "true"})["name"] == field
    session.expire_all()
    assert granada.deliverables[0].place == ""


def test_a_row_is_added_and_removed_without_script(form):
    fill(form)

    page = form.submit("add_row:participants", status=200)

    assert [it.value for it in page.forms["log"].fields["people"]][:2] == ["18", ""]
    page = page.forms["log"].submit("remove_row:participants:0", status=200)
    assert page.forms["log"].fields["people"][0].value == ""


def test_lines_count_as_on_the_page(form, granada, session):
    fill(form)
    form["description"] = "\r\n".join(["line"] * 800)  # 3999 characters, a line's end being one

    form.submit("deliver", status=303)

    session.expire_all()
    assert granada.deliverables[0].status is DeliverableStatus.DELIVERED
    assert len(granada.deliverables[0].description) == 3999


def test_a_description_that_is_too_long_is_kept_and_marked_and_not_submitted(
    form, lucia, granada, address, session
):
    fill(form)
    form["description"] = "a" * 4001

    page = form.submit("save", status=303).follow()

    assert "This has 4,001 characters. Use at most 4,000." in page
    assert page.forms["log"]["description"].value == "a" * 4001
    page = page.forms["log"].submit("deliver", status=422)
    assert "This has 4,001 characters." in page.html.find(class_="error-summary").text
    again = page.forms["log"]
    lucia.post(address, again.submit_fields("save"), headers={"HX-Request": "true"}, status=204)
    session.expire_all()
    assert granada.deliverables[0].status is DeliverableStatus.PLANNED
    session.rollback()
    again["description"] = "a" * 4000
    again.submit("deliver", status=303)


def test_a_wrong_file_is_refused_by_name_and_the_words_are_kept(form, granada, session):
    fill(form)
    form["upload:evidence"] = [Upload("list.pdf", b"<script>alert(1)</script>")]

    page = form.submit("save", status=422)

    assert "list.pdf" in page.html.find(class_="error-summary").text
    assert page.forms["log"]["place"].value == "Online"
    session.expire_all()
    assert granada.deliverables[0].place == "Online"
    assert granada.deliverables[0].evidence == []


def test_a_wrong_file_does_not_keep_the_others_out(form, granada, session):
    form["upload:evidence"] = [
        Upload("one.pdf", PDF),
        Upload("two.pdf", b"<script>alert(1)</script>"),
        Upload("three.pdf", b"MZ"),
        Upload("four.pdf", PDF),
    ]

    page = form.submit("deliver", status=422)

    told = page.html.find(class_="error-summary").text
    assert ("two.pdf" in told, "three.pdf" in told, "one.pdf" in told) == (True, True, False)
    session.expire_all()
    it = granada.deliverables[0]
    assert [file.name for file in it.evidence] == ["one.pdf", "four.pdf"]
    assert it.status is DeliverableStatus.PLANNED


def test_a_file_is_sent_while_one_watches_and_removed_again(form, lucia, address, session, granada):
    headers = {"X-CSRF-Token": form["csrf_token"].value}

    answer = lucia.put(f"{address}/files/evidence?name=list.pdf", PDF, headers=headers, status=201)

    assert answer.json["name"] == "list.pdf"
    file = lucia.get(answer.json["url"])
    assert file.body == PDF
    assert file.headers["Content-Disposition"].startswith("attachment")
    page = lucia.get(address)
    page.forms["log"].submit(f"remove_file:evidence:{answer.json['token']}", status=303)
    lucia.get(answer.json["url"], status=404)


def test_text_is_saved_by_browsers_and_never_shown(form, lucia, address, session, granada):
    sent = b"<script>alert(1)</script>;18\r\n"
    form["upload:evidence"] = [Upload("participants.csv", sent)]
    form.submit("save", status=303)
    session.expire_all()

    file = lucia.get(f"{address}/file/{granada.deliverables[0].evidence[0].token}")

    assert file.body == sent
    assert file.content_type == "text/csv"
    assert file.headers["Content-Disposition"].startswith("attachment")
    assert file.headers["X-Content-Type-Options"] == "nosniff"


def test_two_windows_are_told_of_each_other(form, lucia, address):
    other = lucia.get(address).forms["log"]
    form["place"] = "Granada"
    form.submit("save", status=303)
    other["place"] = "Online"

    page = other.submit("save", status=409)

    assert "Someone else saved this deliverable" in page
    assert page.forms["log"]["place"].value == "Online"
    page.forms["log"].submit("save", status=303)
    assert lucia.get(address).forms["log"]["place"].value == "Online"


def test_the_fund_reads_nothing_of_a_draft(form, lucia, helena, address, session, granada):
    fill(form)
    form["upload:evidence"] = [Upload("participants.pdf", PDF)]
    form.submit("save", status=303)
    session.expire_all()
    token = granada.deliverables[0].evidence[0].token

    page = helena.get(address)

    assert "Not submitted yet" in page
    assert "state of the art" not in page
    helena.get(f"{address}/file/{token}", status=404)


def test_the_fund_accepts_a_deliverable(delivered, helena, address, session, granada):
    page = helena.get(address)

    answer = page.forms[next(n for n, it in page.forms.items() if "/accept" in it.action)].submit()

    assert "1 of 5 accepted" in answer.follow()
    session.expire_all()
    assert delivered.status is DeliverableStatus.ACCEPTED


def test_the_fund_returns_a_deliverable_with_a_reason(delivered, helena, lucia, address, session):
    page = helena.get(address)
    page.forms["return"].submit("return", status=422)
    page.forms["return"]["reason"] = "Add the list of participants."

    page.forms["return"].submit("return", status=303)

    session.expire_all()
    assert delivered.status is DeliverableStatus.RETURNED
    page = lucia.get(address)
    assert "Add the list of participants." in page
    assert page.forms["log"]["place"].value == "Online"


def test_nobody_else_gets_near(delivered, granada, iuc, sign_in, browser, address):
    jonas, olga = sign_in(iuc.jonas), sign_in(iuc.olga)

    jonas.get(address, status=404)
    jonas.get(f"/projects/{granada.reference}", status=404)
    token = olga.get(address).forms
    assert not any("accept" in form.action for form in token.values())
    assert "/sign-in" in browser.get(address, status=303).headers["Location"]


def test_a_team_does_not_accept_its_own_deliverable(delivered, lucia, address):
    token = {"csrf_token": lucia.get("/account").forms[0]["csrf_token"].value}

    lucia.post(f"{address}/accept", token, status=403)
    lucia.post(f"{address}/return", token | {"reason": "No"}, status=403)


def test_half_a_row_is_kept_as_one_types_and_asked_for_in_the_end(
    form, lucia, granada, address, session
):
    fill(form)
    form["people"] = ""
    form["url"] = "exam"

    lucia.post(address, form.submit_fields("save"), headers={"HX-Request": "true"}, status=204)

    page = lucia.get(address)
    again = page.forms["log"]
    assert "Some answers are incomplete." in page
    assert (again["country"].value, again["people"].value) == ("ES", "")
    assert again["url"].value == "exam"
    page = again.submit("save", status=422)
    assert "Please answer this." in page
    session.expire_all()
    it = granada.deliverables[0]
    assert it.participations == []
    assert "participants" in missing(it)
    again["people"], again["url"] = "18", "https://example.org/video"
    again.submit("save", status=303)
    session.rollback()
    assert ([who.people for who in it.participations], it.unfinished) == ([18], {})


def test_half_an_answer_does_not_keep_the_rest_from_being_saved(
    form, lucia, granada, address, session
):
    form["description"] = "Everything was blockchain."
    form["address"] = "https:/"
    form["held_on"], form["held_until"] = "2020-09-24", "2020-09-02"

    lucia.post(address, form.submit_fields("save"), headers={"HX-Request": "true"}, status=204)

    session.expire_all()
    it = granada.deliverables[0]
    assert (it.description, it.address) == ("Everything was blockchain.", "")
    assert (it.held_on, it.held_until) == (date(2020, 9, 24), None)
    assert {"address", "held_until"} <= set(missing(it))
    session.rollback()
    page = lucia.get(address)
    again = page.forms["log"]
    assert "Some answers are incomplete." in page
    assert (again["address"].value, again["held_until"].value) == ("https:/", "2020-09-02")
    assert "Write a web address" in again.submit("save", status=422)
    again["address"] = "https://example.org"
    assert "The last day is before the first one." in again.submit("save", status=422)
    again["held_until"] = "2020-09-25"
    again.submit("save", status=303)
    session.expire_all()
    assert (it.held_until, it.unfinished) == (date(2020, 9, 25), {})


def test_what_took_place_long_after_the_project_is_refused_and_kept(form, granada, session):
    fill(form)
    form["held_on"], form["held_until"] = "2031-10-19", ""

    page = form.submit("deliver", status=422)

    assert "This project accepts dates from 2 March 2020 to 1 March 2021." in page
    assert page.forms["log"]["held_on"].value == "2031-10-19"
    session.expire_all()
    assert granada.deliverables[0].status is DeliverableStatus.PLANNED


def test_the_call_says_how_many_days_around_the_project_count(form, granada, session):
    call = granada.proposal.call
    call.rules = {**call.rules, "days_around": 0}
    session.commit()
    fill(form)
    form["held_on"] = "2021-01-01"

    assert "to 31 December 2020." in form.submit("deliver", status=422)


def test_what_was_submitted_is_taken_back_until_it_is_accepted(
    delivered, address, lucia, helena, session, services, iuc
):
    page = lucia.get(address)
    back = next(it for it in page.forms.values() if it.action.endswith("/reopen"))

    form = back.submit(status=303).follow().forms["log"]

    assert form["description"].value
    session.expire_all()
    assert (delivered.status, delivered.delivered_at) == (DeliverableStatus.PLANNED, None)
    assert "Not submitted yet" in helena.get(address)
    form.submit("deliver", status=303)
    session.rollback()
    session.expire_all()
    services.deliverables.accept(delivered, by=iuc.helena)
    session.commit()
    assert "reopen" not in lucia.get(address)
    too_late = back.submit(status=409)
    assert "This step is not available: the status is “Accepted”." in too_late
    session.expire_all()
    assert delivered.status is DeliverableStatus.ACCEPTED


def test_what_is_overdue_comes_before_a_draft_with_time_left(
    granada, lucia, services, session, iuc, clock, sign_in
):
    iuc.call.closes_at = clock() + timedelta(days=400)
    services.proposals.start(iuc.call, iuc.granada, by=iuc.lucia, key="another one")
    session.commit()
    clock.advance(days=300)

    page = sign_in(iuc.lucia).get("/work")

    assert "Your overdue deliverables" in page.html.select_one(".next-step").text

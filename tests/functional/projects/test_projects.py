"""A project's own pages: what to do next first, the agreement, the papers."""

import io
from datetime import UTC, date, datetime, time, timedelta

import pypdf
import pytest
from sqlalchemy import event

from grants.rules.workflow import ProjectStatus
from tests.support.awarding import webinar
from tests.support.running import run_waiting


def next_step(page) -> str:
    """Read what the page asks for first."""
    found = page.html.find(class_="next-step")
    return " ".join(found.text.split()) if found else ""


def text_of(answer) -> str:
    """Read a PDF."""
    assert answer.content_type == "application/pdf"
    reader = pypdf.PdfReader(io.BytesIO(answer.body))
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


def test_the_manager_corrects_dates_and_signs(unsigned, helena, session):
    address = f"/projects/{unsigned.reference}"
    assert "Obtain both signatures" in next_step(helena.get(address))
    page = helena.get(f"{address}/agreement")
    page.forms["dates"]["ends_on"] = "2021-01-31"
    page.forms["dates"]["due_5"] = "2021-01-15"

    page.forms["dates"].submit("save", status=303)
    page = helena.get(f"{address}/agreement")
    page.forms["sign"]["signed_on"] = "2020-04-01"
    answer = page.forms["sign"].submit("sign", status=303)

    assert "The signature is recorded." in answer.follow()
    session.expire_all()
    assert (unsigned.status, unsigned.signed_on) == (ProjectStatus.RUNNING, date(2020, 4, 1))
    assert unsigned.agreement.ends_on == date(2021, 1, 31)
    assert unsigned.deliverables[4].planned.due_on == date(2021, 1, 15)


def test_bad_dates_get_the_form_again(unsigned, helena, session):
    page = helena.get(f"/projects/{unsigned.reference}/agreement")
    page.forms["dates"]["ends_on"] = "2019-01-31"

    page = page.forms["dates"].submit("save", status=422)

    assert "The project ends before it starts." in page.html.find(class_="error-summary").text
    assert page.forms["dates"]["ends_on"].value == "2019-01-31"
    page.forms["sign"].submit("sign", status=422)
    session.expire_all()
    assert unsigned.status is ProjectStatus.PREPARATION


def test_nobody_signs_in_the_future(unsigned, helena):
    page = helena.get(f"/projects/{unsigned.reference}/agreement")
    page.forms["sign"]["signed_on"] = "2030-01-01"

    answer = page.forms["sign"].submit("sign", status=409)

    assert "An agreement cannot be signed in the future." in answer


@pytest.fixture
def letters(portal):
    """Send what waits to be sent: to whom and what of a subject, in one of the words asked for."""
    sent = []

    def told(subject):
        sent.extend(run_waiting(portal).messages)
        found = [it for it in sent if subject in str(it["Subject"])]
        return Told([(str(it["To"]), it.get_body(("plain",)).get_content()) for it in found])

    return told


class Told(list):
    """Letters by address and text."""

    def __contains__(self, wanted):
        to, words = wanted
        return any(to in address and words in text for address, text in self)


@pytest.fixture
def viktor(after_the_call, iuc, sign_in):
    """A browser in which the second manager is signed in."""
    return sign_in(iuc.viktor)


def signing(browser, address):
    """Sign what waits at an address; give the page that follows."""
    page = browser.get(address)
    return next(it for it in page.forms.values() if "sign" in it.fields).submit(status=303).follow()


def test_an_agreement_fails_with_a_reason_once_another_manager_signed(
    unsigned, helena, viktor, lucia, session, letters
):
    address = f"/projects/{unsigned.reference}/agreement"
    page = helena.get(address)
    page.forms["fail"].submit("fail", status=422)
    page.forms["fail"]["reason"] = "The city withdrew."

    proposed = page.forms["fail"].submit("fail", status=303).follow()

    session.expire_all()
    assert unsigned.status is ProjectStatus.PREPARATION
    for part in ("Wait for the second signature", "The city withdrew.", unsigned.title):
        assert part in proposed
    again = helena.get(address)
    assert "It awaits the signature of another manager." in again
    assert "fail" not in again.forms
    assert "It awaits the signature" not in lucia.get(address)
    assert ("viktor@example.org", "cancel a grant agreement") in letters(
        "your signature is requested"
    )
    listed = viktor.get(f"/manage/calls/{unsigned.proposal.call.code}/signatures")
    assert "Cancel the agreement" in listed

    assert "Signed" in signing(viktor, proposed.request.path)

    session.rollback()
    session.expire_all()
    assert unsigned.status is ProjectStatus.FAILED
    assert "The city withdrew." in next_step(helena.get(f"/projects/{unsigned.reference}"))
    assert ("helena@example.org", "the agreement is cancelled") in letters("outcome of the request")


def test_a_project_is_terminated_once_another_manager_signed(
    granada, helena, viktor, session, letters
):
    page = helena.get(f"/projects/{granada.reference}/agreement")
    form = page.forms["terminate"]
    form["reason"], form["freed_cents"] = "The city ended it.", "10,000.00"

    proposed = form.submit("terminate", status=303).follow()

    assert "EUR\u00a010,000.00" in proposed
    assert ("viktor@example.org", "terminate a project") in letters("your signature is requested")
    signing(viktor, proposed.request.path)
    session.expire_all()
    assert (granada.status, granada.freed_cents) == (ProjectStatus.TERMINATED, 1_000_000)
    assert ("lucia@example.org", "The city ended it.") in letters("was terminated")


def test_the_calls_page_names_what_waits_for_a_second_signature(unsigned, helena, sign_in, iuc):
    call = f"/manage/calls/{iuc.call.code}"
    assert "Awaiting a second signature" not in helena.get(call)
    form = helena.get(f"/projects/{unsigned.reference}/agreement").forms["fail"]
    form["reason"] = "The city withdrew."
    proposed = form.submit("fail", status=303).follow()

    for who in (iuc.viktor, iuc.olga):
        page = sign_in(who).get(call)
        assert "Awaiting a second signature" in page
        [link] = page.html.find_all("a", href=proposed.request.path)
        assert link.text == f"Cancel the agreement: {unsigned.reference}"


def test_the_team_reads_the_agreement_and_changes_nothing(unsigned, lucia):
    address = f"/projects/{unsigned.reference}/agreement"

    page = lucia.get(address)

    assert not {"dates", "sign", "fail"} & set(page.forms)
    token = next(iter(page.forms.values()))["csrf_token"].value
    lucia.post(address, {"csrf_token": token}, status=403)
    assert "EUR 35,000.00" in text_of(lucia.get(f"{address}.pdf"))


def test_the_team_is_told_what_to_do_next(granada, lucia, clock, helena, services, iuc, session):
    address = f"/projects/{granada.reference}"

    page = lucia.get(address)

    assert "Webinar: blockchain in the smart city" in next_step(page)
    assert "0 of 5 accepted" in page
    assert "No action needed" in next_step(helena.get(address))


def test_overdue_deliverables_show_in_words(granada, clock, evaluating, sign_in, iuc):
    clock.move_to(clock().replace(month=11, day=10))

    page = sign_in(iuc.helena).get(f"/projects/{granada.reference}")

    assert "Overdue: Webinar: blockchain in the smart city" in page
    assert page.text.count(">Overdue<") + page.text.count("Overdue</span>") >= 1


def test_overdue_begins_with_the_day_where_the_call_is(granada, clock, sign_in, iuc):
    due = granada.deliverables[0].planned.due_on
    evening = datetime.combine(due, time(23, 30), UTC)  # in Brussels the next day has begun

    clock.move_to(evening - timedelta(hours=2))
    assert "Overdue" not in sign_in(iuc.helena).get(f"/projects/{granada.reference}")
    assert "Your overdue deliverables" not in sign_in(iuc.lucia).get("/work")
    clock.move_to(evening)
    assert "Overdue" in sign_in(iuc.helena).get(f"/projects/{granada.reference}")
    assert "Your overdue deliverables: 1" in sign_in(iuc.lucia).get("/work")


@pytest.fixture
def delivered(services, session, granada, iuc):
    """The first webinar, submitted."""
    it = granada.deliverables[0]
    services.deliverables.save(it, webinar(), revision=0, tab="", by=iuc.lucia)
    services.deliverables.deliver(it, by=iuc.lucia)
    session.commit()
    return it


def test_the_desk_of_decisions_names_what_was_submitted(delivered, iuc, helena):
    page = helena.get(f"/manage/calls/{iuc.call.code}/decisions")

    page.click(delivered.planned.title).mustcontain("Accept or return the deliverable")


def test_the_manager_sees_what_waits_and_who_took_part(granada, delivered, helena):
    page = helena.get(f"/projects/{granada.reference}")

    assert "Check this deliverable" in next_step(page)
    assert "39" in page.html.find(id="participants").find_parent("section").text
    assert "Lucía Fernández" in page.html.find(class_="timeline").text


def test_the_team_is_not_told_who_decides_at_the_fund(granada, delivered, lucia, iuc):
    page = lucia.get(f"/projects/{granada.reference}")

    assert iuc.helena.name not in page


def test_the_report_prints_what_was_submitted(granada, delivered, helena, lucia):
    text = text_of(helena.get(f"/projects/{granada.reference}/deliverables.pdf"))

    assert "The state of the art in the participating cities." in text
    assert "https://example.org/recording" in text
    assert "Spain" in text
    text_of(lucia.get(f"/projects/{granada.reference}/deliverables.pdf"))


def test_a_project_whose_deliverables_are_all_accepted_is_closed(
    granada, services, session, iuc, helena
):
    for it in granada.deliverables:
        services.deliverables.save(it, webinar(), revision=0, tab="", by=iuc.lucia)
        services.deliverables.deliver(it, by=iuc.lucia)
        services.deliverables.accept(it, by=iuc.helena)
    session.commit()
    page = helena.get(f"/projects/{granada.reference}")
    assert "Everything is accepted" in next_step(page)

    form = next(it for it in page.forms.values() if it.action.endswith("/close"))
    answer = form.submit(status=303)

    assert "The project is closed." in answer.follow()
    session.expire_all()
    assert granada.status is ProjectStatus.CLOSED


def test_pages_cost_ten_queries_at_most(granada, delivered, helena, lucia, browser, portal):
    asked: list[str] = []
    event.listen(portal.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    reference = granada.reference

    for who, address in (
        (helena, f"/projects/{reference}"),
        (lucia, f"/projects/{reference}"),
        (lucia, f"/projects/{reference}/deliverables/2"),
        (helena, f"/projects/{reference}/deliverables/1"),
        (helena, f"/projects/{reference}/agreement"),
        (browser, "/awards"),
        (browser, f"/awards/{reference}"),
    ):
        asked.clear()
        who.get(address, status=200)
        assert len(asked) <= 10, (address, asked)

"""Steps of project.feature: who does what in a browser of their own."""

import io
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pypdf
import pytest
from pytest_bdd import given, parsers, scenarios, then, when
from webtest import TestResponse, Upload

from grants.projects.models import Project
from tests.support import mailbox as mailboxes
from tests.support.awarding import Awarding, webinar
from tests.support.mailbox import Mailbox
from tests.support.samples import PDF

scenarios("project.feature")

pytestmark = pytest.mark.usefixtures(
    "portal"
)  # said here, so that each scenario has both databases


@dataclass
class Scene:
    """The project, who sits where, and what each of them looks at."""

    project: Project
    address: str
    sign_in: Any
    people: dict[str, Any]
    pages: dict[str, TestResponse] = field(default_factory=dict)

    def open(self, who: str, path: str = "") -> TestResponse:
        """Open a page of the project, signed in."""
        self.pages[who] = self.sign_in(self.people[who]).get(f"{self.address}{path}")
        return self.pages[who]

    def send(self, who: str, form: str, button: str) -> None:
        """Press a button, and go where it leads."""
        answer = self.pages[who].forms[form].submit(button, status="*")
        self.pages[who] = answer.follow() if answer.status_int == 303 else answer


@pytest.fixture
def mailbox(portal) -> Mailbox:
    return mailboxes.of(portal)


@given(
    'Granada is awarded EUR 35,000.00 for "Blockchain for smart, circular and biotech cities"',
    target_fixture="scene",
)
def awarded(evaluating, iuc, sign_in) -> Scene:
    project = Awarding(evaluating).granadas(running=False)
    people = {"Granada": iuc.lucia, "the fund manager": iuc.helena}
    return Scene(project, f"/projects/{project.reference}", sign_in, people)


@given("the agreement is signed")
def signed(scene, services, session, iuc, clock):
    services.projects.sign(scene.project, on=clock().date(), by=iuc.helena)
    session.commit()


@given("Granada has submitted the webinar of 19 October 2020")
def submitted(scene, services, session, iuc):
    deliverable = scene.project.deliverables[0]
    services.deliverables.save(deliverable, webinar(), revision=0, tab="", by=iuc.lucia)
    services.deliverables.deliver(deliverable, by=iuc.lucia)
    session.commit()


@when("the fund manager enters that both sides signed on 1 April 2020")
def enter_signature(scene):
    page = scene.open("the fund manager", "/agreement")
    page.forms["sign"]["signed_on"] = "2020-04-01"
    scene.send("the fund manager", "sign", "sign")


@when(parsers.parse('Granada opens the deliverable "{title}"'))
def open_deliverable(scene, title):
    page = scene.open("Granada")
    scene.pages["Granada"] = page.click(title)


@when("Granada reports the webinar of 19 October 2020 with a list of participants")
def log_webinar(scene):
    form = scene.open("Granada", "/deliverables/1").forms["log"]
    form["held_on"], form["place"] = "2020-10-19", "Online"
    form["description"] = "The state of the art in the participating cities."
    form["country"], form["kind"], form["people"] = "ES", "academia", "18"
    form["upload:evidence"] = [Upload("participants.pdf", PDF)]


@when("Granada submits it")
def submit(scene):
    scene.send("Granada", "log", "deliver")


@when(parsers.parse('Granada writes only "{place}" as the place and submits it'))
def write_only_a_place(scene, place):
    scene.open("Granada", "/deliverables/1").forms["log"]["place"] = place
    scene.send("Granada", "log", "deliver")


@when("the fund manager accepts it")
def accept(scene):
    page = scene.open("the fund manager", "/deliverables/1")
    form = next(it for it in page.forms.values() if it.action.endswith("/accept"))
    scene.pages["the fund manager"] = form.submit().follow()


@when(parsers.parse('the fund manager returns it because "{reason}"'))
def give_back(scene, reason):
    page = scene.open("the fund manager", "/deliverables/1")
    page.forms["return"]["reason"] = reason
    scene.send("the fund manager", "return", "return")


@when(parsers.parse('the fund manager proposes to cancel the agreement because "{reason}"'))
def give_up(scene, reason):
    page = scene.open("the fund manager", "/agreement")
    page.forms["fail"]["reason"] = reason
    scene.send("the fund manager", "fail", "fail")


@when("the second manager signs it")
def sign_second(scene, sign_in, iuc):
    page = sign_in(iuc.viktor).get(scene.pages["the fund manager"].request.path)
    next(it for it in page.forms.values() if "sign" in it.fields).submit(status=303)


@when("it is 10 November 2020")
def later(clock):
    clock.move_to(datetime(2020, 11, 10, 9, tzinfo=UTC))


@then(parsers.parse('Granada gets a letter "{subject}" with the agreement as PDF'))
def gets_the_agreement(mailbox, subject):
    letter = newest(mailbox, subject)
    [file] = list(letter.iter_attachments())
    assert file.get_content_type() == "application/pdf"
    assert "Grant agreement" in text_of(file.get_content())


@then(parsers.parse('Granada gets a letter "{subject}" that says "{words}"'))
def gets_a_letter(mailbox, subject, words):
    assert words in newest(mailbox, subject).get_body().get_content()


@then(parsers.parse('the printed agreement has "{words}"'))
def agreement_reads(scene, words):
    assert words in text_of(scene.open("Granada", "/agreement.pdf").body)


@then(parsers.parse('Granada reads "{words}" on the project\'s page'))
def granada_reads_on_the_page(scene, words):
    assert words in scene.open("Granada")


@then(parsers.parse('{who} reads "{words}"'))
def reads(scene, who, words):
    assert words in scene.pages[who]


@then(parsers.parse('"{words}" is still there as the place'))
def still_there(scene, words):
    assert scene.pages["Granada"].forms["log"]["place"].value == words


@then(parsers.parse('everybody reads on the public page "{words}"'))
def public_page_reads(scene, browser, words):
    assert words in browser.get(f"/awards/{scene.project.reference}")


@then("nobody reads on the public page the name of Granada's officer")
def no_names(scene, browser, iuc):
    assert iuc.lucia.name not in browser.get(f"/awards/{scene.project.reference}")


@then("nothing of it is on the public page")
def nothing_public(scene, browser):
    page = browser.get(f"/awards/{scene.project.reference}")
    assert "Nothing yet" in page
    assert "The state of the art" not in page


@then("there is no public page of the project")
def no_public_page(scene, browser):
    browser.get(f"/awards/{scene.project.reference}", status=404)


@then(parsers.parse('the programme\'s calendar has "{words}"'))
def in_the_calendar(browser, words):
    assert words in browser.get("/calendar")


def newest(mailbox: Mailbox, subject: str) -> Any:
    """Find the newest letter to Granada with such a subject."""
    found = [it for it in mailbox.open() if subject in it["Subject"]]
    assert found, subject
    assert "lucia@example.org" in found[-1]["To"]
    return found[-1]


def text_of(content: bytes) -> str:
    """Read a PDF."""
    reader = pypdf.PdfReader(io.BytesIO(content))
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())

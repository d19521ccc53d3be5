"""Steps of proposal.feature."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pytest_bdd import given, parsers, scenarios, then, when
from webtest import Upload

from grants.accounts.models import Membership, Person
from grants.kit.dossiers.models import File
from grants.proposals.models import Proposal
from grants.rules.workflow import ProposalStatus
from tests.support import mailbox as mailboxes
from tests.support import world
from tests.support.browsers import Browser
from tests.support.proposals import complete, proposals_of, versions_of, written
from tests.support.samples import PDF

scenarios("proposal.feature")

pytestmark = pytest.mark.usefixtures(
    "portal"
)  # said here, so that each scenario has both databases

ADDRESS = "/proposals/IUC-2020-001"
CITY = r"(?P<city>Granada|Mannheim)"
SAVE = {"Origin": "http://localhost"}


@dataclass
class Scene:
    """Who looks at what."""

    iuc: Any
    app: Any
    services: Any
    session: Any
    clock: Any
    page: Any = None
    browsers: dict[str, Browser] = field(default_factory=dict)
    forms: dict[str, Any] = field(default_factory=dict)

    def officer(self, city: str) -> Person:
        return {"Granada": self.iuc.lucia, "Mannheim": self.iuc.jonas}[city]

    def organisation(self, city: str) -> Any:
        return {"Granada": self.iuc.granada, "Mannheim": self.iuc.mannheim}[city]

    def browser(self, name: str, person: Person | None = None) -> Browser:
        if name not in self.browsers:
            self.browsers[name] = self.signed_in(person or self.officer(name))
        return self.browsers[name]

    def signed_in(self, person: Person) -> Browser:
        self.session.commit()
        browser = Browser(self.app)
        form = browser.get("/sign-in").forms["sign_in"]
        form["email"], form["password"] = person.email, world.PASSWORD
        form.submit("sign_in", status=303)
        return browser

    def sign_in_again(self, city: str) -> Browser:
        self.browsers.pop(city, None)
        return self.browser(city)

    def section(self, code: str, name: str = "Granada", person: Person | None = None) -> Any:
        return self.browser(name, person).get(f"{ADDRESS}/sections/{code}").forms["section"]

    def button(self, action: str, city: str) -> Any:
        shown = f"{ADDRESS}{action}" if action == "/submit" else ADDRESS
        page = self.browser(city).get(shown)
        return next(form for form in page.forms.values() if form.action.endswith(action))

    def write(self, city: str, title: str) -> Proposal:
        made = written(
            self.services, self.iuc.call, self.organisation(city), self.officer(city), title
        )
        self.session.commit()
        return made

    @property
    def proposal(self) -> Proposal:
        self.session.expire_all()
        return proposals_of(self.session).one()

    @property
    def words(self) -> str:
        text = self.page.html.main.get_text().replace("\xa0", " ")
        return " ".join(text.split())


@pytest.fixture
def scene(app, iuc, services, session, clock):
    return Scene(iuc=iuc, app=app, services=services, session=session, clock=clock)


@given(
    parsers.parse('the call "{title}" is open until 31 March 2020 at 17:00 in Brussels'),
)
def the_call_is_open(scene, title):
    assert scene.iuc.call.title == title
    assert scene.iuc.call.closes_at == datetime(2020, 3, 31, 15, tzinfo=UTC)


# Beginning and writing -----------------------------------------------------------


@when("Granada starts a proposal under the call")
def starts(scene):
    form = scene.browser("Granada").get("/calls/IUC-2020/start").forms["start"]
    scene.page = form.submit("start", status=303).follow()


@when('Granada presses "Start the proposal" twice')
def starts_twice(scene):
    form = scene.browser("Granada").get("/calls/IUC-2020/start").forms["start"]
    for _press in range(2):
        form.submit("start", status=303)


@then(parsers.parse('there is one proposal, "{reference}"'))
def one_proposal(scene, reference):
    assert scene.proposal.reference == reference


@given(parsers.parse('Granada is writing "{title}"'))
def is_writing(scene, title):
    services, iuc = scene.services, scene.iuc
    draft = services.proposals.start(iuc.call, iuc.granada, by=iuc.lucia, key="k")
    services.proposals.save(draft, "project", {"title": title}, by=iuc.lucia, revision=0, tab="")
    scene.session.commit()


@when(parsers.parse('Granada writes the title "{title}"'))
def writes_the_title(scene, title):
    form = scene.section("project")
    form["title"] = title
    form.submit("save", status=303)
    scene.page = scene.browser("Granada").get(ADDRESS)


@when("Granada writes a summary of 230 words, where 200 are allowed")
def writes_too_much(scene):
    form = scene.section("project")
    form["summary"] = "word " * 230
    scene.page = form.submit("save", status=303).follow()


@then("all 230 words are kept")
def all_words_are_kept(scene):
    assert scene.section("project")["summary"].value.split() == ["word"] * 230


@then("submitting it is refused")
def refused(scene):
    token = scene.section("project")["csrf_token"].value
    page = scene.browser("Granada").post(
        f"{ADDRESS}/submit", {"csrf_token": token}, headers=SAVE, status=422
    )
    assert "Summary" in page.html.select_one(".error-summary").text


@then(parsers.parse('the list of what is missing names "{one}" and "{other}"'))
def is_missing(scene, one, other):
    assert {one, other} <= _missing(scene)


@then(parsers.parse('the list of what is missing no longer names "{one}"'))
def is_not_missing(scene, one):
    assert _missing(scene)
    assert one not in _missing(scene)


def _missing(scene):
    return {link.text for link in scene.page.html.select(".missing a")}


@then(parsers.re(CITY + ' reads "(?P<words>[^"]+)"'))
def reads(scene, words):
    assert words in scene.words


# Two at a time -----------------------------------------------------------------------


@given('Lucía and Ana of Granada both have the section "The project" open')
def both_open(scene):
    ana = world.person(scene.session, "Ana Molina", "ana@example.org", scene.clock())
    member = Membership(person=ana, organisation=scene.iuc.granada, since=scene.clock())
    scene.session.add(member)
    scene.session.commit()
    scene.forms["Ana"] = scene.section("project", "Ana", ana)
    scene.forms["Lucía"] = scene.section("project", "Lucía", scene.iuc.lucia)


@when(parsers.re('(?P<who>Ana|Lucía) saves the title "(?P<title>[^"]+)"'))
def saves_the_title(scene, who, title):
    scene.forms[who]["title"] = title
    scene.page = scene.forms[who].submit("save", status=[303, 409])


@then("Lucía sees both titles and is asked which one stays")
def sees_both(scene):
    assert scene.page.status_int == 409
    assert "Ana's title" in scene.words
    assert "Lucía's title" in scene.words


@when("Lucía keeps what Ana wrote")
def keeps_anas(scene):
    form = scene.page.forms["clash"]
    form["keep:title"] = "theirs"
    form.submit("save", status=303)


@then(parsers.parse('the title is "{title}"'))
def the_title_is(scene, title):
    assert scene.proposal.title == title


# Files ----------------------------------------------------------------------------------


@when(parsers.parse('Granada adds the program "{name}" as the letter by the mayor'))
def adds_a_program(scene, name):
    _add(scene, name, b"MZ\x90\x00")


@when(parsers.parse('Granada adds the PDF "{name}" as the letter by the mayor'))
def adds_a_pdf(scene, name):
    _add(scene, name, PDF)
    assert scene.session.query(File).one().name == name


def _add(scene, name, content):
    form = scene.section("annexes")
    form["upload:mayor_letter"] = Upload(name, content, "application/pdf")
    page = form.submit("save", status=[303, 422])
    scene.page = page.follow() if page.status_int == 303 else page


# Submitting -------------------------------------------------------------------------------


@given(parsers.re(CITY + ' has written all of "(?P<title>[^"]+)"'))
def has_written(scene, city, title):
    scene.write(city, title)


@given(parsers.re(CITY + ' has submitted "(?P<title>[^"]+)"'))
def has_submitted(scene, city, title):
    proposal = scene.write(city, title)
    scene.services.proposals.submit(proposal, by=scene.officer(city))
    scene.session.commit()


@when("Granada submits it")
def submits(scene):
    scene.page = scene.button("/submit", "Granada").submit(status=303).follow()


@when("Mannheim submits it on 20 February 2020 at 12:00 UTC")
def hands_in_at(scene):
    scene.clock.move_to(datetime(2020, 2, 20, 12, tzinfo=UTC))
    scene.page = scene.button("/submit", "Mannheim").submit(status=303).follow()


@then(parsers.parse('the receipt says "{one}" and "{other}"'))
def receipt_says(scene, one, other):
    assert one in scene.words
    assert other in scene.words


@then("the receipt gives the SHA-256 of the frozen version")
def receipt_gives_the_hash(scene):
    assert versions_of(scene.session).one().sha256 in scene.words


@then("the receipt comes as a PDF, too")
def receipt_as_pdf(scene):
    answer = scene.browser("Mannheim").get(f"{ADDRESS}/receipt.pdf")
    assert answer.body.startswith(b"%PDF")


@then("the receipt is in Mannheim's mailbox")
def receipt_by_mail(portal):
    [letter] = mailboxes.of(portal).letters("jonas@example.org")
    assert "R-IUC-2020-001-01" in letter.get_body(("plain",)).get_content()
    [attached] = letter.iter_attachments()
    assert attached.get_content().startswith(b"%PDF")


@when("Mannheim submits it from two tabs, and once more")
def hands_in_often(scene):
    tabs = [scene.button("/submit", "Mannheim") for _tab in range(2)]
    for form in (*tabs, tabs[0]):
        scene.page = form.submit(status=303).follow()


@then(parsers.parse('there is one version with one receipt, "{receipt}"'))
def one_version(scene, receipt):
    assert versions_of(scene.session).one().receipt == receipt
    assert receipt in scene.words


@when("Granada reopens it")
def takes_back(scene):
    scene.page = scene.button("/reopen", "Granada").submit(status=303).follow()


@then(parsers.parse('the receipt is "{receipt}"'))
def the_receipt_is(scene, receipt):
    assert receipt in scene.words


@then(parsers.parse('the first version still says "{title}"'))
def first_version_says(scene, title):
    first = versions_of(scene.session).filter_by(number=1).one()
    assert first.answers["project"]["title"] == title


@given("Granada is looking at the button that submits it")
def looks_at_the_button(scene):
    scene.clock.move_to(scene.iuc.call.closes_at - timedelta(seconds=1))
    scene.forms["Granada"] = scene.button("/submit", "Granada")


@when("the call closes")
def the_call_closes(scene):
    scene.clock.move_to(scene.iuc.call.closes_at)


@when("Granada presses the button")
def presses_the_button(scene):
    scene.page = scene.forms["Granada"].submit(status=409)


@then("the proposal is still a draft with every word kept")
def still_a_draft(scene):
    proposal = scene.proposal
    assert proposal.status is ProposalStatus.DRAFT
    kept = scene.services.proposals.answers(proposal)
    assert {code: kept[code] for code in complete()} == complete()


@when("Granada's request arrives a second before the call closes and we take an hour over it")
def slowly(scene):
    closes = scene.iuc.call.closes_at
    scene.clock.move_to(closes - timedelta(seconds=1))
    form = scene.button("/submit", "Granada")

    def slow() -> datetime:
        # The first look at the clock is the request's arrival; every later one comes too late.
        moment, scene.clock.moment = scene.clock.moment, closes + timedelta(hours=1)
        return moment

    scene.app.registry["clock"] = slow
    answer = form.submit(status=303)
    scene.app.registry["clock"] = scene.clock
    scene.page = scene.sign_in_again("Granada").get(answer.location)


# Losing the session, withdrawing, neighbours ---------------------------------------------


@when("Granada types an acronym, goes to lunch for two hours and then saves")
def goes_to_lunch(scene):
    form = scene.section("project")
    form["acronym"] = "BLOCKCITY"
    scene.clock.advance(hours=2)
    scene.page = form.submit("save", headers=SAVE, status="*")
    while scene.page.status_int == 303:
        scene.page = scene.page.follow(status="*")


@then("the acronym comes along")
def acronym_comes_along(scene):
    assert "BLOCKCITY" in scene.page


@when(parsers.parse('Granada withdraws it because "{reason}"'))
def withdraws(scene, reason):
    form = scene.browser("Granada").get(f"{ADDRESS}/withdraw").forms["withdraw"]
    form["sure"] = True
    form["reason"] = reason
    scene.page = form.submit("withdraw", status=303).follow()


@then("it can no longer be submitted")
def not_submitted_any_more(scene):
    token = scene.page.html.find("input", {"name": "csrf_token"})["value"]
    scene.browser("Granada").post(
        f"{ADDRESS}/submit", {"csrf_token": token}, headers=SAVE, status=409
    )


@when("Mannheim looks for it")
def looks_for_it(scene):
    scene.page = scene.browser("Mannheim").get(ADDRESS, status="*")


@then("Mannheim finds nothing")
def finds_nothing(scene):
    assert scene.page.status_int == 404
    assert "Blockchain" not in scene.page


@then(parsers.parse('the fund finds "{title}" among what it received'))
def the_fund_finds(scene, title):
    helena = scene.browser("Helena", scene.iuc.helena)
    scene.page = helena.get("/manage/calls/IUC-2020/proposals").maybe_follow()
    assert title in scene.words
    assert "Submitted" in scene.words


@then(parsers.parse('the fund does not find "{title}"'))
def the_fund_does_not_find(scene, title):
    assert title not in scene.words

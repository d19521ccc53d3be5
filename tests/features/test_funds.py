"""Steps of funds.feature."""

import io
from dataclasses import dataclass, field
from typing import Any

import pytest
from PIL import Image
from pytest_bdd import given, parsers, scenarios, then, when
from sqlalchemy import select
from webtest import Upload

from grants.accounts.models import Person
from grants.calls.models import Call, Fund
from grants.calls.service.who_may_sign import Signatories
from tests.support import mailbox, world
from tests.support.browsers import Browser
from tests.support.world import FORM

scenarios("funds.feature")

pytestmark = pytest.mark.usefixtures(
    "portal"
)  # said here, so that each scenario has both databases

PASSWORD = "a long walk along the Neckar"
SETTINGS = "/manage/funds/STADT/settings"
NEW_CALL = {
    "code": "STADT-2020",
    "title": "Städte 2020",
    "summary": "Städte planen mit Wasser.",
    "envelope_cents": "200000",
    "smallest_cents": "10000",
    "largest_cents": "60000",
    "cofinancing": "80",
    "opens": "2020-01-10T09:00",
    "closes": "2020-04-30T17:00",
    "overall_threshold": "3",
    "minimum_reviews": "3",
    "ties": "Wirkung",
}


@dataclass
class Portal:
    """Everybody's browsers, and the mail."""

    sign_in: Any
    mail: mailbox.Mailbox
    session: Any
    world: world.World
    page: Any = None
    known: dict[str, Any] = field(default_factory=dict)

    def browser(self, name: str) -> Any:
        if name not in self.known:
            self.known[name] = self.sign_in(self.person(name))
        return self.known[name]

    def person(self, name: str) -> Person:
        found = select(Person).where(Person.name.startswith(name))
        return self.session.scalars(found).one()

    @property
    def fund(self) -> Fund:
        self.session.expire_all()
        return self.session.scalars(select(Fund).where(Fund.code == "STADT")).one()


@pytest.fixture
def scene(sign_in, session, iuc, app, portal):
    return Portal(sign_in, mailbox.of(portal), session, iuc)


@given("Ada and Grace administer the portal of the IUC Asia competitive fund")
def administrators(scene, clock):
    for name in ("Ada", "Grace"):
        made = world.person(scene.session, name, f"{name.lower()}@example.org", clock())
        made.administers_since = clock()
    scene.world.form.fund_id = scene.world.fund.id
    scene.session.commit()


@given(parsers.parse('Ada has set up "{name}" of a new programme with Farida as its manager'))
def set_up(scene, browser, name):
    ada = scene.browser("Ada")
    page = ada.get("/work").click("^Funds of this portal$").click("^Set up a fund$", index=0)
    form = page.forms["fund"]
    form["programme"] = "new"
    form["programme_code"], form["programme_name"] = "STADT-PLAN", "Städte planen"
    form["code"], form["name"], form["contact_email"] = "STADT", name, "frag@stadt.example"
    for box in form.fields["languages"]:
        box.checked = True
    form["manager_email"], form["manager_name"] = "farida@stadt.example", "Farida Aziz"
    page = form.submit("make", status=303).follow(status=200)
    assert "Farida Aziz" in page
    reset = browser.get(scene.mail.link("farida@stadt.example")).forms["reset"]
    reset["password"] = PASSWORD
    reset.submit("reset", status=303)
    browser.reset()
    form = browser.get("/sign-in").forms["sign_in"]
    form["email"], form["password"] = "farida@stadt.example", PASSWORD
    form.submit("sign_in", status=303)
    scene.known["Farida"] = browser


@when(
    parsers.parse(
        'Farida sets its colour to "{colour}", its languages to German,'
        ' and adds the topic "{topic}"'
    )
)
def sets_up(scene, colour, topic):
    farida = scene.browser("Farida")
    form = farida.get("/manage/funds/STADT").click("^Settings of the fund$").forms["fund"]
    form["accent"] = colour
    for box in form.fields["languages"]:
        box.checked = box._value == "de"
    form["main_language"] = "es"
    assert "Choose one of the languages marked above." in form.submit("save", status=422)
    form["main_language"] = "de"
    form.submit("save", status=303)
    add_topic(farida, topic)


def add_topic(farida, topic):
    form = farida.get(SETTINGS).forms["fund"]
    form = form.submit("add_row:topics", value="1", status=422).forms["fund"]
    form.fields["name"][-1].value = topic
    form.submit("save", status=303).follow(status=200)


@when("she gives it a logo")
def gives_a_logo(scene):
    picture = io.BytesIO()
    Image.new("RGBA", (1200, 300), "#7a1f3d").save(picture, "PNG")
    page = scene.browser("Farida").get(SETTINGS)
    form = next(it for it in page.forms.values() if it.action.endswith("/logo"))
    form["logo"] = Upload("wappen.png", picture.getvalue(), "image/png")
    form.submit(status=303).follow(status=200)


@then(
    "its public page carries its name, colour and logo, is in German, and offers no other language"
)
def shows_itself(scene, app):
    stranger = world_browser(app)
    page = stranger.get("/funds/STADT")

    assert page.html.html["lang"] == "de"
    assert page.html.select_one(".site-name a").get_text(strip=True) == "Fonds für Städte"
    assert page.html.select_one(".portal-home").get_text() == "IUC Asia competitive fund"
    assert "Wasser" in page.html.main.get_text()
    assert not page.html.select(".languages")
    assert "--fund-accent: #7a1f3d" in stranger.get(stylesheet(page)).text
    image = page.html.select_one(".site-logo")
    assert (image["width"], image["height"]) == ("480", "120")
    logo = stranger.get(image["src"])
    assert logo.content_type == "image/png"
    assert "immutable" in logo.headers["Cache-Control"]


@then(
    "the page of the IUC Asia call still carries the portal's name, and three languages",
)
def other_fund(scene, app):
    page = world_browser(app).get("/calls/IUC-2020")

    assert page.html.html["lang"] == "en"
    assert page.html.select_one(".site-name a").get_text(strip=True) == "IUC Asia competitive fund"
    assert len(page.html.select(".languages li")) == 3
    assert "7a1f3d" not in stylesheet(page)


@then("what Farida invites others to leaves in the fund's name, in German")
def in_its_name(scene):
    farida = scene.browser("Farida")
    form = farida.get("/manage/funds/STADT/invite").forms["invite"]
    form["email"], form["role"] = "new@stadt.example", "auditor"
    form.submit("invite", status=303)

    [letter] = scene.mail.letters("new@stadt.example")

    assert letter["From"].addresses[0].display_name == "Fonds für Städte"
    assert letter["Reply-To"] == "frag@stadt.example"
    text = letter.get_body(("plain",)).get_content()
    assert "Fonds für Städte" in text
    assert "Mit freundlichen Grüßen" in text


@given(parsers.parse('Farida has written the call "{code}" on a form that she uploaded'))
def has_written(scene, code):
    farida = scene.browser("Farida")
    page = farida.get("/manage/funds/STADT").click("^Forms$")
    form = next(it for it in page.forms.values() if "definition" in it.fields)
    form["code"] = "stadt-2020"
    form["definition"] = Upload("form.json", FORM.read_bytes(), "application/json")
    form.submit(status=303).follow(status=200)
    add_topic(farida, "Wasser")
    form = farida.get("/manage/funds/STADT/calls/new").forms["call"]
    form.get("topic_ids", index=0).checked = True
    for name, value in NEW_CALL.items():
        form[name] = value
    form["name"], form["weight"], form["threshold_halves"] = "Wirkung", "3/2", "3"
    form["kind"], form["text"] = "eligibility", "Städte aus zwei Ländern."
    scene.page = form
    form.submit("save", status=303)
    assert scene.session.scalar(select(Call.fund_id).where(Call.code == code)) == scene.fund.id


@given("Farida has published it")
def has_published(scene):
    page = scene.browser("Farida").get("/manage/calls/STADT-2020")
    form = next(it for it in page.forms.values() if it.action.endswith("/publish"))
    form.submit(status=303)


@then('Helena finds neither the call "STADT-2020" nor Farida\'s fund')
def helena_sees_nothing(scene):
    helena = scene.browser("Helena")
    for path in ("calls/STADT-2020", "funds/STADT", "funds/STADT/settings", "funds/STADT/ledger"):
        helena.get(f"/manage/{path}", status=404)
    assert "STADT" not in helena.get("/work").html.main.get_text()
    assert "STADT" not in helena.get("/manage/funds/IUC-ASIA/ledger").html.main.get_text()


@then('Farida finds neither the call "IUC-2020" nor Helena\'s fund')
def farida_sees_nothing(scene):
    farida = scene.browser("Farida")
    for path in ("calls/IUC-2020", "calls/IUC-2020/proposals", "funds/IUC-ASIA"):
        farida.get(f"/manage/{path}", status=404)
    for path in ("/work", "/manage/funds/STADT", "/manage/funds/STADT/ledger"):
        assert "IUC-2020" not in farida.get(path).html.main.get_text()


@then("Farida cannot choose the form of Helena's fund for her call")
def no_form_of_others(scene):
    farida = scene.browser("Farida")
    form = farida.get("/manage/calls/STADT-2020/edit").forms["call"]
    [(_value, _chosen, only)] = form["form_id"].options
    assert only.endswith("(stadt-2020, 1)")

    form["form_id"].force_value(str(scene.world.form.id))
    answer = form.submit("save", status=409)

    assert "eines der Formulare" in answer or "one of the fund’s forms" in answer


@then("Ada finds neither call among what she manages")
def ada_sees_nothing(scene):
    ada = scene.browser("Ada")
    for path in ("calls/STADT-2020", "funds/STADT", "calls/IUC-2020", "funds/IUC-ASIA"):
        ada.get(f"/manage/{path}", status=404)
    assert "2020" not in ada.get("/portal/funds/STADT").html.main.get_text().replace(
        "February 2020", ""
    )


@then("everybody finds both calls on the first page, each with the name of its fund")
def both_calls(scene, app):
    page = world_browser(app).get("/")
    tiles = [it.get_text(" ", strip=True) for it in page.html.select(".tile")]

    for call, fund in (
        ("Städte 2020", "Fonds für Städte"),
        ("Competitive fund 2020", "IUC Asia competitive fund"),
    ):
        assert any(call in it and fund in it for it in tiles), call


@then("each programme is there with its fund")
def both_programmes(scene, app):
    page = world_browser(app).get("/")
    heads = [it.get_text(strip=True) for it in page.html.select("h2")]

    assert {"International Urban Cooperation", "Städte planen"} <= set(heads)
    listed = [it.get_text() for it in page.html.select(".fund-list a")]
    assert {"IUC Asia competitive fund", "Fonds für Städte"} <= set(listed)
    page.click("Fonds für Städte", href="/funds/STADT")


@when("Ada appoints Viktor manager of Farida's fund as well")
def appoints(scene):
    form = scene.browser("Ada").get("/portal/funds/STADT").forms["manager"]
    form["email"], form["name"] = scene.person("Viktor").email, "Viktor Lind"
    form.submit("appoint", status=303).follow(status=200)
    [letter] = scene.mail.letters(scene.person("Viktor").email)
    assert "/manage/funds/STADT" in letter.get_body(("plain",)).get_content()


@then("neither Farida nor Viktor may sign second beside the other")
def do_not_sign(scene):
    assert not signs(scene, "Viktor", "Farida")
    assert not signs(scene, "Farida", "Viktor")


@then("Ada cannot confirm Viktor")
def cannot_confirm(scene):
    ada = scene.browser("Ada")
    page = ada.get("/portal/funds/STADT")
    assert not [it for it in page.forms.values() if it.action.endswith("/confirm")]
    number = confirmable(scene).id
    token = page.forms["manager"]["csrf_token"].value
    address = f"/portal/funds/STADT/managers/{number}/confirm"
    ada.post(address, {"csrf_token": token}, status=409)


@when("Grace confirms Viktor")
def confirms(scene):
    page = scene.browser("Grace").get("/portal/funds/STADT")
    number = confirmable(scene).id
    form = next(it for it in page.forms.values() if it.action.endswith(f"/{number}/confirm"))
    form.submit(status=303)


@then("Viktor may sign second beside Farida")
def may_sign(scene):
    assert signs(scene, "Viktor", "Farida")


@then("Ada cannot appoint herself")
def not_herself(scene):
    form = scene.browser("Ada").get("/portal/funds/STADT").forms["manager"]
    form["email"], form["name"] = "ada@example.org", "Ada"

    answer = form.submit("appoint", status=409)

    assert "You cannot appoint yourself as manager of a fund." in answer


@given("Farida lets only listed organisations apply")
def lets_only(scene):
    form = scene.browser("Farida").get(SETTINGS).forms["fund"]
    form["registration"] = "listed"
    form.submit("save", status=303)


@when(parsers.parse('Lucía of Granada starts a proposal under "{code}"'))
def starts(scene, code):
    page = scene.browser("Lucía").get(f"/calls/{code}/start")
    scene.page = page.forms["start"].submit("start", status="*")


@then("she reads that Granada is not on the list, and whom to ask")
def not_on_the_list(scene):
    assert scene.page.status_int == 409
    assert "City of Granada is not on it" in scene.page
    assert "frag@stadt.example" in scene.page


@when("Farida puts Granada on the list")
def puts_on_the_list(scene):
    page = scene.browser("Farida").get(
        f"/manage/funds/STADT/organisations/{scene.world.granada.id}"
    )
    form = next(it for it in page.forms.values() if it.action.endswith("/list"))
    form.submit(status=303)


@then("she writes a proposal")
def writes(scene):
    assert scene.page.status_int == 303
    assert "STADT-2020" in scene.page.follow(status=200)


def confirmable(scene) -> Any:
    viktor = scene.person("Viktor")
    return next(it for it in viktor.appointments if it.fund_id == scene.fund.id)


def signs(scene, one: str, other: str) -> bool:
    """Whether somebody may sign beside somebody else in a call of Farida's fund."""
    scene.session.expire_all()
    made = scene.session.scalars(select(Call).where(Call.code == "STADT-2020")).one()
    circle = Signatories(scene.session).circle(made)
    return circle.may_sign(scene.person(one), beside=scene.person(other))


def world_browser(app) -> Any:
    """A stranger's browser."""
    return Browser(app)


def stylesheet(page) -> str:
    """The address of a page's colours."""
    return next(
        it["href"] for it in page.html.select("link[rel=stylesheet]") if "fund.css" in it["href"]
    )

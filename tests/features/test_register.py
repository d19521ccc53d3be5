"""Steps of register.feature."""

from dataclasses import dataclass
from typing import Any

import pytest
import sqlalchemy as sa
from pytest_bdd import given, parsers, scenarios, then, when

from grants.ledger import LedgerEntry

scenarios("register.feature")

pytestmark = pytest.mark.usefixtures(
    "portal"
)  # said here, so that each scenario has both databases


@dataclass
class Desk:
    """What a manager looks at."""

    browser: Any
    page: Any = None

    @property
    def form(self):
        return next(
            it for name, it in self.page.forms.items() if name in ("organisation", "pairing")
        )

    def mark(self, label: str) -> None:
        box = self.page.html.find("label", string=lambda it: it and it.strip() == label)["for"]
        value = self.page.html.find(id=box)
        for field in self.form.fields[value["name"]]:
            if value["value"] in (field._value, *[it[0] for it in getattr(field, "options", ())]):
                if hasattr(field, "checked"):
                    field.checked = True
                else:
                    field.value = value["value"]
                return
        raise AssertionError(label)


@pytest.fixture
def desk(sign_in, iuc):
    """Helena at her desk."""
    return Desk(sign_in(iuc.helena))


@given("Helena looks at the organisations of her fund")
def looks(desk, iuc):
    fund = desk.browser.get(f"/manage/funds/{iuc.fund.code}")
    desk.page = fund.click("^Organisations$")


@when(parsers.parse('she finds "{name}" by looking for "{words}"'))
def finds(desk, name, words):
    search = next(it for it in desk.page.forms.values() if "q" in it.fields)
    search["q"] = words
    desk.page = search.submit()
    assert "1 of 4 organisations" in desk.page
    desk.page = desk.page.click(name)


@when(parsers.parse('she says that it was a pilot city from "{begun}" until "{ended}"'))
def was_a_pilot_city(desk, begun, ended):
    desk.mark("Former pilot city")
    desk.form["pilot_from"], desk.form["pilot_until"] = begun, ended
    desk.page = desk.form.submit("save", status=303).follow(status=200)
    assert "The record of City of Granada is saved." in desk.page


@then(parsers.parse('Lucía of Granada reads "{one}" and "{other}" about her city'))
def her_city(sign_in, iuc, one, other):
    page = sign_in(iuc.lucia).get(f"/organisations/{iuc.granada.id}")
    facts = page.html.find(attrs={"aria-labelledby": "facts"}).text
    assert one in facts
    assert other in facts


@then("the ledger tells that Helena corrected it, and what was there before")
def corrected(desk, session, iuc):
    page = desk.browser.get(f"/manage/funds/{iuc.fund.code}/ledger")
    [row] = [it.text for it in page.html.find_all("tr") if "Correct" in it.text]
    assert "Helena Novak" in row
    kept = session.scalars(sa.select(LedgerEntry).filter_by(action="correct")).one().payload
    assert kept == {"pilot_until": ["2019-12-31", "2018-12-31"]}


@given("Helena enters a pairing")
def enters(desk, iuc):
    fund = desk.browser.get(f"/manage/funds/{iuc.fund.code}")
    desk.page = fund.click("Cities that work together").click("Add a pairing")


@when(parsers.parse('she marks "{city}" alone as a pair named "{name}"'))
def marks(desk, city, name):
    desk.mark(city)
    desk.mark("Pair: two cities")
    desk.form["name"] = name
    desk.page = desk.form.submit("save", status=422)


@then(parsers.parse('she reads "{words}"'))
def reads(desk, words):
    assert words in desk.page.html.find("main").text


@then(parsers.parse('"{name}" is still in the form'))
def still_there(desk, name):
    assert desk.form["name"].value == name


@when(parsers.parse('she also marks "{city}" and goal "{goal}"'))
def also_marks(desk, city, goal):
    desk.mark(city)
    desk.mark(goal)
    desk.page = desk.form.submit("save", status=303).follow(status=200)


@then(parsers.parse('everybody finds "{name}" on the first page, with both cities and goal 14'))
def shown(browser, name):
    section = browser.get("/").html.find(attrs={"aria-labelledby": "pairings"}).text
    for words in (name, "City of Granada (Spain)", "Miasto Łódź (Poland)", "14"):
        assert words in section


@when("she takes it off the programme")
def takes_off(desk):
    page = desk.page.click("Circular ports")
    form = next(it for it in page.forms.values() if "remove" in it.fields)
    desk.page = form.submit(status=303).follow(status=200)
    assert "No pairings yet" in desk.page


@then(parsers.parse('nobody finds "{name}" on the first page'))
def gone(browser, name):
    assert name not in browser.get("/")

"""Putting the clock of a rehearsal forward."""

from datetime import UTC, datetime, timedelta

import pytest

from grants.kit.clock import Rehearsal, now
from grants.kit.settings import BadSettings, parse
from tests.conftest import SETTINGS

SOON = now().year + 2


@pytest.fixture
def rehearsal(app, tmp_path, monkeypatch):
    clock = Rehearsal(tmp_path / "var" / "clock")
    monkeypatch.setitem(app.registry, "clock", clock)
    return clock


@pytest.mark.usefixtures("rehearsal")
def test_everybody_lives_in_the_moment_that_was_chosen(browser, tmp_path):
    form = browser.get("/dev/clock").forms["form"]
    form["to"] = f"{SOON}-03-31T15:00"

    page = form.submit("move", status=303).follow()

    page.mustcontain("The clock is moved forward.", f"31 March {SOON}")
    another = Rehearsal(tmp_path / "var" / "clock")
    assert abs(another() - datetime(SOON, 3, 31, 15, tzinfo=UTC)) < timedelta(minutes=5)


def test_it_never_goes_back(browser, rehearsal):
    rehearsal.move_to(now() + timedelta(days=30))
    form = browser.get("/dev/clock").forms["form"]
    form["to"] = "2020-03-31T15:00"

    page = form.submit("move", status=422)

    page.mustcontain("This moment has passed.", "2020-03-31T15:00")
    assert not rehearsal.move_to(now())
    assert rehearsal() > now() + timedelta(days=29)


def test_a_slip_in_the_year_does_not_carry_it_off(browser, rehearsal):
    form = browser.get("/dev/clock").forms["form"]
    form["to"] = "9999-03-31T15:00"

    page = form.submit("move", status=422)

    page.mustcontain("by ten years at most")
    assert rehearsal() < now() + timedelta(days=1)


def test_it_goes_on_from_there(tmp_path):
    clock = Rehearsal(tmp_path / "clock")
    clock.move_to(now() + timedelta(days=400))

    first = clock()

    assert clock() > first


def test_without_one_there_is_no_such_page(browser):
    browser.get("/dev/clock", status=404)


def test_production_has_no_rehearsals(tmp_path):
    there = {"portal.rehearsal": str(tmp_path / "clock")}
    assert parse(SETTINGS | there).rehearsal

    with pytest.raises(BadSettings, match=r"portal\.rehearsal"):
        parse(SETTINGS | there | {"portal.development": "false"})

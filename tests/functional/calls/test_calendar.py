"""The calendar as a file: what a calendar program needs to know what is newer."""

from datetime import UTC, datetime, timedelta

import pytest
from icalendar import Calendar

from grants.projects.models import Event
from tests.support.staging import Staging


@pytest.fixture
def event(session, iuc, clock):
    made = Event(
        token="tour",
        programme_id=iuc.programme.id,
        title="Study tour",
        starts_on=clock().date(),
        ends_on=clock().date() + timedelta(days=1),
        entered_at=datetime(2020, 1, 7, 9, 30, tzinfo=UTC),
        revision=2,
    )
    session.add(made)
    session.commit()
    return made


def entries(browser, address="/calendar.ics"):
    calendar = Calendar.from_ical(browser.get(address).body)
    return {str(it["UID"]).partition("@")[0]: it for it in calendar.walk("VEVENT")}


def test_an_entry_tells_since_when_and_how_often_it_changed(event, browser):
    (entry,) = entries(browser, "/calendar/tour.ics").values()

    assert entry["DTSTAMP"].dt == entry["LAST-MODIFIED"].dt == event.entered_at
    assert entry["SEQUENCE"] == 2


def test_deadlines_of_calls_are_in_it(services, session, iuc, browser, clock):
    before = entries(browser)["call-IUC-2020"]
    assert before["DTSTART"].dt == iuc.call.closes_at
    assert "Exchange" in before["SUMMARY"] or iuc.call.title in before["SUMMARY"]
    assert before["URL"].endswith("/calls/IUC-2020")


def test_a_call_that_nobody_published_is_not_in_it(services, session, iuc, browser):
    assert all("IUC-2021" not in uid for uid in entries(browser))


def test_the_end_of_a_later_form_is_in_the_calendar_too(evaluating, browser):
    Staging(evaluating).plan()
    last = evaluating.world.call.stages[-1]

    found = Calendar.from_ical(browser.get("/calendar.ics").body)

    ends = {str(it["uid"]).partition("@")[0]: it for it in found.walk("VEVENT")}
    assert {"call-IUC-2020", f"call-IUC-2020-{last.number}"} <= set(ends)
    later = ends[f"call-IUC-2020-{last.number}"]
    assert later.decoded("dtstart") == last.writing_closes_at
    assert str(later["summary"]).startswith("Next form closes:")

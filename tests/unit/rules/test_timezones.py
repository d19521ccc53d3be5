from datetime import UTC, datetime

import pytest

from grants.rules.timezones import NoSuchMoment, TwoSuchMoments, local, moment, zones


def test_a_deadline_is_one_moment():
    assert moment(datetime(2020, 3, 31, 17, 0), "Europe/Brussels") == datetime(
        2020, 3, 31, 15, 0, tzinfo=UTC
    )


@pytest.mark.parametrize(
    ("typed", "refusal"),
    [
        (datetime(2020, 3, 29, 2, 30), NoSuchMoment),
        (datetime(2027, 3, 28, 2, 30), NoSuchMoment),
        (datetime(2020, 10, 25, 2, 30), TwoSuchMoments),
    ],
)
def test_a_time_that_does_not_exist_or_exists_twice_is_refused(typed, refusal):
    with pytest.raises(refusal):
        moment(typed, "Europe/Brussels")


def test_what_a_clock_shows_leads_back_to_the_moment():
    at = datetime(2020, 7, 1, 9, 0, tzinfo=UTC)

    assert moment(local(at, "Asia/Shanghai"), "Asia/Shanghai") == at


def test_zones_are_named_after_places():
    assert "Europe/Brussels" in zones()
    assert "Etc/GMT+5" not in zones()

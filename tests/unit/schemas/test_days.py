"""Days and clock times: read as typed, refused where nobody can mean them."""

from datetime import date, datetime
from pathlib import Path

import colander
import pytest

from schemas.forms.days import Day, LocalTime

SCHEMAS = Path(__file__).parents[3] / "schemas"


def read(kind, typed):
    return colander.SchemaNode(kind).deserialize(typed)


def test_a_day_and_a_time_are_read():
    assert read(Day(), "2027-01-31") == date(2027, 1, 31)
    assert read(LocalTime(), "2027-01-31T17:00") == datetime(2027, 1, 31, 17)


@pytest.mark.parametrize("year", ["0001", "0202", "1899", "2200", "9999"])
def test_years_that_nobody_means_are_refused_in_words(year):
    for kind, typed in ((Day(), f"{year}-12-31"), (LocalTime(), f"{year}-12-31T23:59")):
        with pytest.raises(colander.Invalid, match="between 1900 and 2199"):
            read(kind, typed)


def test_every_form_reads_its_days_so():
    own = SCHEMAS / "forms" / "days.py"
    sources = {it: it.read_text(encoding="utf-8") for it in SCHEMAS.rglob("*.py") if it != own}
    assert [it.name for it, text in sources.items() if "colander.Date()" in text] == []

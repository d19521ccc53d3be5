"""Tables for spreadsheets."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from grants.kit.spreadsheets import as_csv


@pytest.mark.parametrize("cell", ["=1", "+1", "-1", "@a", "\t=1", "\r=1", "\n=1"])
def test_what_looks_like_a_formula_is_text(cell):
    assert (
        as_csv(["A"], [[cell]], language="en")
        .decode("utf-8-sig")
        .split("A\r\n")[1]
        .strip('"\r\n')
        .startswith("'")
    )


@pytest.mark.parametrize(
    ("language", "line"), [("en", "Łódź,1.50,3,"), ("de", "Łódź;1,50;3;"), ("es", "Łódź;1,50;3;")]
)
def test_signs_are_those_of_the_language(language, line):
    table = [["Łódź", Decimal("1.50"), 3, None]]

    assert (
        as_csv(list("ABCD"), table, language=language).decode("utf-8-sig").splitlines()[1] == line
    )


def test_a_moment_is_written_so_that_it_sorts():
    cells = [[datetime(2020, 2, 3, 9, tzinfo=UTC)]]

    assert b"2020-02-03 09:00:00" in as_csv(["A"], cells, language="de")

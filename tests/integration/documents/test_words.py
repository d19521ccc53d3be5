"""What people typed is printed line by line."""

import pytest

from grants.kit.pdf.look import look
from grants.kit.pdf.wording import NO_BREAK
from grants.kit.pdf.words import Words


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("one\ntwo", ["one", "two"]),
        ("one\n\ntwo", ["one", NO_BREAK, "two"]),
        ("one\r\n\r\n\r\ntwo", ["one", NO_BREAK, "two"]),
        ("one" + "\n" * 20_000 + "two", ["one", NO_BREAK, "two"]),
        ("one" + "\n \u00a0" * 20_000 + "\ntwo", ["one", NO_BREAK, "two"]),
        ("one" + "\n" * 20_000, ["one", NO_BREAK, NO_BREAK]),
    ],
)
def test_a_blank_line_is_room_and_many_are_no_more(typed, printed):
    lines = Words.lines(typed, look("#0b5c66")["body"], None)

    assert [line.text_shown for line in lines] == printed

"""A fund's accent colour never makes words unreadable."""

import pytest

from grants.kit.pdf import look


@pytest.mark.parametrize("accent", ["#0b5c66", "#ffcc00", "#ffffff", "#000000"])
def test_every_accent_is_readable_on_white(accent):
    assert look.contrast_on_white(look.readable(accent)) >= 4.5


def test_a_dark_accent_stays_as_it_is():
    assert look.readable("#0b5c66").hexval() == "0x0b5c66"


def test_white_and_black_are_the_ends_of_contrast():
    assert look.contrast_on_white(look.HexColor("#ffffff")) == pytest.approx(1)
    assert look.contrast_on_white(look.HexColor("#000000")) == pytest.approx(21)

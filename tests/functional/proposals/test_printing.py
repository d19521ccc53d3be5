"""Whoever types what cannot be printed is told on saving, and loses nothing."""

import pytest

from tests.functional.proposals.conftest import ADDRESS

SECTION = f"{ADDRESS}/sections/project"


@pytest.mark.usefixtures("draft")
@pytest.mark.parametrize(
    ("summary", "named"),
    [("नगर सहयोग", "न"), ("تعاون", "ت"), ("Great 👍", "👍")],
)
def test_what_cannot_be_printed_is_named_when_it_is_saved(lucia, summary, named):
    form = lucia.get(SECTION).forms["section"]
    form["summary"] = summary

    page = form.submit("save", status=303).follow()

    warning = page.html.select_one(".notice-warning.flash").text
    assert "cannot print these characters yet" in warning
    assert named in warning
    assert page.forms["section"]["summary"].value == summary


@pytest.mark.usefixtures("draft")
@pytest.mark.parametrize("summary", ["Three webinars.", "ความร่วมมือ", "广州 – Łódź"])
def test_what_can_be_printed_is_saved_without_a_word(lucia, summary):
    form = lucia.get(SECTION).forms["section"]
    form["summary"] = summary

    assert "cannot print" not in form.submit("save", status=303).follow()

"""Tie rules as managers type them: criteria, and facts in any language of the portal."""

import pytest

from schemas.calls.typed_rules import tie_of

TYPED = {"criteria": [{"name": "Impact", "stage": "0"}, {"name": "New topic", "stage": "0"}]}


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("impact", "impact"),
        ("Smaller request", "fact:request"),
        ("neues Land", "fact:new_country"),
        ("país nuevo", "fact:new_country"),
        ("neues Thema", "fact:new_topic"),
        ("New topic", "new-topic"),  # a criterion that is called so
        ("Excellence", "excellence"),
    ],
)
def test_names_become_codes(name, code):
    assert tie_of(TYPED, name) == code

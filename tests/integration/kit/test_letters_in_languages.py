"""Every letter is wholly in its reader's language, whatever it is about."""

from datetime import UTC, datetime
from itertools import product
from types import SimpleNamespace

import pytest
from jinja2 import meta

from grants.kit.branding import Branding
from grants.kit.mail import wording
from grants.kit.mail.wording import letter_to
from grants.rules.workflow import Role
from tests.functional.links.language import Left, Typed

SETTINGS = SimpleNamespace(branding=Branding(name="Fonds"), portal_url="http://localhost")
GIVEN = {
    "count": (1, 2),
    "kind": ("exclude_review", "correct_call"),
    "lines": ([("~", "~", "~", "~"), ("~", "~", "", "~")],),
    "missing": ([], [("~", "~", "~")]),
    "role": tuple(it.value for it in Role),
    "signed": (True, False),
    "status": ("signed", "refused"),
    "blocked": (True, False),
    "undone": (True, False),
    "by": ("", "~"),
    "reason": ("", "~"),
    "receipt": ("", "~"),
    "title": ("", "~"),
}
"""What makes a letter say another thing; all else is filled in."""
OWN = ("name", "fund", "portal", "zone", "moment", "day", "money", "_", "gettext", "ngettext")


def names():
    return sorted(
        it.removesuffix(".txt.jinja2")
        for it in wording._environment("en").list_templates()
        if not it.startswith("base.")
    )


@pytest.mark.parametrize("language", ["de", "es"])
@pytest.mark.parametrize("template", names())
def test_a_letter_is_wholly_in_its_readers_language(template, language):
    left = Left(language, Typed(frozenset(), frozenset()))

    for values in _values(template):
        it = letter_to("lucia@example.org", template, SETTINGS, language=language, **values)
        assert left.among(it.subject, *it.body.splitlines()) == []


def test_what_is_left_in_english_is_found():
    left = Left("de", Typed(frozenset(), frozenset()))
    it = letter_to("lucia@example.org", "reset", SETTINGS, language="en", url="~")

    assert len(left.among(it.subject, *it.body.splitlines())) > 3


def _values(template):
    environment = wording._environment("en")
    asked = set()
    for name in (f"{template}.txt.jinja2", "base.txt.jinja2"):
        source = environment.loader.get_source(environment, name)[0]
        asked |= meta.find_undeclared_variables(environment.parse(source))
    asked -= set(OWN)
    varied = sorted(asked & set(GIVEN))
    fixed = {it: datetime(2020, 3, 1, tzinfo=UTC) if it == "until" else "~" for it in asked}
    for chosen in product(*(GIVEN[it] for it in varied)):
        yield fixed | dict(zip(varied, chosen, strict=True))

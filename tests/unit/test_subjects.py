"""What people type never stands in the subject of a letter: strangers get some of them."""

from pathlib import Path

import jinja2
import pytest
from jinja2 import nodes

import templates

MAIL = Path(templates.__file__).parent / "mail"
OURS = {
    "reference",
    "code",
    "number",
    "count",
    "n",
    "signed",
    "role",
    "kind",
    "closes",
    "blocked",
    "begins",
    "again",
}
"""Numbers, references, moments and kinds, of the portal; all else was typed by somebody."""


@pytest.mark.parametrize("name", sorted(it.name for it in MAIL.glob("*.jinja2")))
def test_a_subject_has_only_words_of_the_portal(name):
    environment = jinja2.Environment(extensions=["jinja2.ext.i18n"])
    parsed = environment.parse((MAIL / name).read_text())
    [subject] = [it for it in parsed.find_all(nodes.Block) if it.name == "subject"]

    used = {it.name for it in subject.find_all(nodes.Name) if it.ctx == "load"}

    assert used - {"_", "gettext", "ngettext"} <= OURS, name

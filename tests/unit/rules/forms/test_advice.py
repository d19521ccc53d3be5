"""What a form leaves unsaid is pointed out, and the document on forms names all there is."""

import json
import re
from dataclasses import fields
from pathlib import Path

import pytest

from grants.rules.forms.advice import advice
from grants.rules.forms.definition import Definition
from grants.rules.forms.field import Field
from grants.rules.forms.kinds import KINDS

ROOT = Path(__file__).parents[4]
FORM = ROOT / "grants" / "demo" / "forms" / "iuc-2020.json"
NAMED = set(re.findall(r"`\"?([a-z_]+)", (ROOT / "docs" / "how-to" / "forms.md").read_text()))


def form(abroad):
    """The demonstration's form, with or without a word on where the paired city lies."""
    data = json.loads(FORM.read_text())
    for section in data["sections"]:
        for field in section["fields"]:
            if field.get("role") == "paired_city":
                field.pop("abroad")
                if abroad:
                    field["abroad"] = True
    return Definition.from_json(data)


def test_a_paired_city_that_may_lie_in_the_same_country_is_pointed_out():
    [said] = advice(form(abroad=False))

    assert "paired_city" in said
    assert '"abroad": true' in said
    assert list(advice(form(abroad=True))) == []


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_the_document_names_each_kind_its_settings_and_its_roles(kind):
    field = KINDS[kind]
    common = {it.name for it in fields(Field)} - {"code"}
    settings = {it.name for it in fields(field)} - common

    assert {kind, *settings, *getattr(field, "roles", ())} <= NAMED


def test_the_document_names_what_all_fields_have():
    assert {it.name for it in fields(Field)} <= NAMED

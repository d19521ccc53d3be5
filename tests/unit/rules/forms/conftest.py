"""The demonstration form, and a small one to bend."""

from pathlib import Path

import pytest

from grants.rules.forms.definition import Definition

DEMO = Path(__file__).parents[4] / "grants" / "demo" / "forms" / "iuc-2020.json"


@pytest.fixture(scope="session")
def iuc():
    return Definition.from_text(DEMO.read_text(encoding="utf-8"))


@pytest.fixture
def form_of():
    """Make a definition of one section from its fields."""

    def make(*fields):
        section = {"code": "project", "title": "The project", "fields": list(fields)}
        return Definition.from_json({"title": "A form", "sections": [section]})

    return make

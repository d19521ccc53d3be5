"""Tables keep saying that they are tables, also where they are shown as cards."""

import re
from pathlib import Path

import jinja2
import pytest

import templates
from schemas.forms.table_roles import TableRoles

PAGES = Path(templates.__file__).parent


def written(source: str) -> str:
    return jinja2.Environment(extensions=[TableRoles]).from_string(source).render(late=True)


@pytest.mark.parametrize(
    ("source", "page"),
    [
        ("<table class='a'>", "<table role=\"table\" class='a'>"),
        ("<thead><tr>", '<thead role="rowgroup"><tr role="row">'),
        ('<th scope="col" class="n">', '<th role="columnheader" scope="col" class="n">'),
        ('<th scope="row" id="x">', '<th role="rowheader" scope="row" id="x">'),
        ('<th class="a" scope="row">', '<th role="rowheader" class="a" scope="row">'),
        ("<tr{% if late %} class='late'{% endif %}>", "<tr role=\"row\" class='late'>"),
        ("<td>1</td>", '<td role="cell">1</td>'),
        ("<track><title>t</title><template>", "<track><title>t</title><template>"),
    ],
)
def test_each_part_of_a_table_gets_its_role(source, page):
    assert written(source) == page


def test_no_template_writes_such_a_role_by_hand():
    by_hand = re.compile(r'role="(table|rowgroup|row|cell|rowheader|columnheader)"')

    assert [it for it in PAGES.rglob("*.jinja2") if by_hand.search(it.read_text())] == []

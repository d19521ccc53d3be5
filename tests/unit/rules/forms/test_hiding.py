"""Answers without what tells who applies: whole answers, names, addresses."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grants.rules.forms.definition import Definition
from grants.rules.forms.field import HIDDEN
from grants.rules.forms.hiding import masked, named_where, names_in, without_applicant

FORM = Definition.from_json(
    {
        "title": "Concept note",
        "sections": [
            {
                "code": "project",
                "title": "Project",
                "fields": [
                    {"kind": "short_text", "code": "title", "label": "Title", "role": "title"},
                    {"kind": "long_text", "code": "idea", "label": "Idea"},
                    {"kind": "city", "code": "city", "label": "City", "role": "city"},
                    {"kind": "partners", "code": "partners", "label": "Partners"},
                    {"kind": "email", "code": "contact", "label": "Contact"},
                    {"kind": "file", "code": "letter", "label": "Letter"},
                    {"kind": "file", "code": "chart", "label": "Chart", "identifies": False},
                    {
                        "kind": "short_text",
                        "code": "office",
                        "label": "Office in charge",
                        "identifies": True,
                    },
                    {
                        "kind": "choice",
                        "code": "topic",
                        "label": "Topic",
                        "options": [{"code": "water", "label": "Water"}],
                    },
                    {
                        "kind": "rows",
                        "code": "steps",
                        "label": "Steps",
                        "columns": [
                            {"kind": "short_text", "code": "what", "label": "What"},
                            {
                                "kind": "short_text",
                                "code": "who",
                                "label": "Who",
                                "identifies": True,
                            },
                        ],
                    },
                ],
            }
        ],
    }
)
ANSWERS = {
    "project": {
        "title": "Łódź greens its courtyards",
        "idea": "The city of LODZ and Stadt Köln plant trees. Ask h@koeln.example or www.lodz.pl.",
        "city": {"name": "Łódź", "country": "PL"},
        "partners": [{"organisation": "Stadt Köln", "kind": "city", "country": "DE"}],
        "contact": "zofia@lodz.example",
        "letter": ["token-1"],
        "chart": ["token-2"],
        "office": "Water",
        "topic": "water",
        "steps": [{"what": "Plant in Łódź", "who": "Zarząd Zieleni"}],
    }
}


def hidden(answers=ANSWERS, names=()):
    return without_applicant(FORM, answers, names, "[name]")["project"]


def test_answers_that_tell_who_applies_are_hidden_whole():
    shown = hidden()

    for code in ("city", "partners", "contact", "letter", "office"):
        assert shown[code] == HIDDEN
    assert shown["chart"] == ["token-2"]
    assert shown["topic"] == "water"
    assert shown["steps"] == [{"what": "Plant in [name]", "who": HIDDEN}]


def test_names_are_masked_in_what_people_wrote():
    shown = hidden(names=["Urząd Miasta"])

    assert shown["title"] == "[name] greens its courtyards"
    assert shown["idea"] == "The city of [name] and [name] plant trees. Ask [name] or [name]"


def test_an_answer_that_is_not_there_is_hidden_alike():
    assert hidden({"project": {"title": "Trees"}})["partners"] == HIDDEN


def test_the_form_decides_what_it_says_of_a_field():
    assert names_in(FORM, ANSWERS) == {"Łódź", "Stadt Köln", "Water", "Zarząd Zieleni"}


def test_where_readable_answers_name_who_applies():
    assert list(named_where(FORM, ANSWERS, ())) == [
        ("project", "title"),
        ("project", "idea"),
        ("project", "steps"),
    ]
    assert (
        list(named_where(FORM, {"project": {"title": "Trees", "idea": "Trees."}}, ["Lodz"])) == []
    )


@pytest.mark.parametrize(
    ("text", "name", "shown"),
    [
        ("Granada and granada", "Granada", "* and *"),
        ("granadas everywhere", "Granada", "granadas everywhere"),
        ("San\u00a0Sebastián, san  sebastian", "San Sebastián", "*, *"),
        ("Sa\u0303o Paulo", "São Paulo", "*"),
        ("我们在广州市建设", "广州", "我们在*市建设"),
        ("โครงการในเชียงใหม่", "เชียงใหม่", "โครงการใน*"),
        ("I live in Y, why not y", "Y", "I live in *, why not y"),
        ("STRASSE", "Straße", "*"),
        ("", "Granada", ""),
        ("nothing", "  ", "nothing"),
    ],
)
def test_names_as_people_write_them(text, name, shown):
    assert masked(text, [name], "*") == shown


NAMES = st.text(st.characters(categories=["L"]), min_size=3, max_size=12)


@given(NAMES, st.text(max_size=40), st.text(max_size=40))
def test_no_name_stays_and_nothing_else_goes(name, before, after):
    text = f"{before} {name} {after}"

    shown = masked(text, [name], "\ue000")

    assert "\ue000" in shown
    kept = unicodedata.normalize("NFC", shown)
    assert f" {name} " not in f" {kept} "


@given(st.lists(NAMES, max_size=4), st.text(max_size=60))
def test_masking_again_changes_nothing(names, text):
    once = masked(text, names, "–")

    assert masked(once, names, "–") == once


@given(st.lists(NAMES, min_size=1, max_size=4), st.text(max_size=60))
def test_the_order_of_names_means_nothing(names, text):
    assert masked(text, names, "–") == masked(text, names[::-1], "–")

"""A form asks in the languages its fund wrote it in, and in no half of another."""

import json

import pytest

from grants.rules.forms import topics
from grants.rules.forms.definition import Definition
from grants.rules.forms.definition_errors import InvalidDefinition
from grants.rules.forms.formtext import FormText
from grants.rules.forms.settings import Option
from tests.support.world import FORM

ASKED = {
    "title": "Proposal",
    "sections": [
        {
            "code": "project",
            "title": "Deliverables",
            "fields": [
                {
                    "kind": "choice",
                    "code": "topic",
                    "label": "Topic",
                    "role": "topic",
                    "options": [{"code": "a", "label": "Air"}],
                }
            ],
        }
    ],
    "translations": {"de": {"Topic": "Thema", "Air": "Luft", "Proposal": "Antrag"}},
}


@pytest.mark.parametrize("language", ["de", "es"])
def test_the_demonstration_s_form_is_whole_in_each_language(language):
    assert Definition.from_text(FORM.read_text(encoding="utf-8")).untranslated(language) == ()


def test_every_text_is_asked_in_the_language_that_it_was_written_in():
    german = Definition.from_json(ASKED).in_language("de")

    topic = german.section("project").field("topic")
    assert (german.title, topic.label, topic.options[0].label) == ("Antrag", "Thema", "Luft")


def test_a_calls_topics_are_asked_in_the_forms_words_where_it_has_the_same():
    of_call = [Option("x", FormText("Air")), Option("y", FormText("Budget"))]

    asked = topics.offering(Definition.from_json(ASKED), of_call).in_language("de")

    offered = [(it.code, str(it.label)) for it in asked.section("project").field("topic").options]
    assert offered == [("x", "Luft"), ("y", "Budget")]


def test_what_is_not_translated_stays_as_the_fund_wrote_it():
    definition = Definition.from_json(ASKED)

    assert definition.in_language("de").sections[0].title == "Deliverables"
    assert definition.in_language("es").sections[0].title == "Deliverables"
    assert definition.untranslated("de") == ("Deliverables",)


def test_translations_are_kept_with_the_form_and_change_its_hash():
    definition = Definition.from_json(ASKED)
    without = Definition.from_json({**ASKED, "translations": {}})

    assert Definition.from_json(definition.to_json()).to_json() == definition.to_json()
    assert definition.digest != without.digest
    assert "translations" not in without.to_json()


def test_translations_of_what_has_gone_are_left_out():
    definition = Definition.from_json({**ASKED, "translations": {"de": {"Topics": "Themen"}}})

    assert definition.to_json()["translations"] == {"de": {}}


@pytest.mark.parametrize(
    ("translations", "sentence"),
    [
        ({"xx": {"Topic": "Thema"}}, "is not a language of this portal"),
        ({"de": {"Topic": 5}}, "must be text"),
        (["de"], "must name languages"),
    ],
)
def test_translations_that_fit_nothing_are_refused(translations, sentence):
    with pytest.raises(InvalidDefinition) as refused:
        Definition.from_json({**ASKED, "translations": translations})

    assert sentence in json.dumps([str(it) for it in refused.value.faults], ensure_ascii=False)

"""What holds for every valid form definition."""

import jsonschema
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grants.rules.forms import answers, text_length
from grants.rules.forms.definition import Definition
from grants.rules.forms.json_schema import json_schema
from tests.support import strategies

slow = settings(
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large], deadline=None
)


@slow
@given(strategies.definitions())
def test_a_definition_is_the_same_after_it_was_written_and_read(definition):
    again = Definition.from_text(definition.canonical())

    assert again == definition
    assert again.digest == definition.digest


@slow
@given(strategies.definitions())
def test_the_export_is_a_json_schema(definition):
    jsonschema.Draft202012Validator.check_schema(json_schema(definition))


@slow
@given(strategies.filled())
def test_complete_answers_can_be_submitted_and_are_valid_for_other_programs(filled):
    definition, given_answers = filled

    missing = answers.missing(definition, given_answers)

    assert missing == ()
    jsonschema.Draft202012Validator(json_schema(definition)).validate(given_answers)


@slow
@given(strategies.definitions())
def test_without_answers_exactly_what_is_required_and_asked_is_missing(definition):
    missing = answers.missing(definition, {})

    asked = [
        (section.code, field.code)
        for section in definition.sections
        for field in answers.visible_fields(definition, section.code, {})
        if field.required
    ]
    assert [(one.section, one.field) for one in missing] == asked


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)


@slow
@given(strategies.filled(), st.data())
def test_any_other_data_is_judged_without_breaking(filled, data):
    definition, given_answers = filled
    section, field = data.draw(st.sampled_from(list(definition.fields())))
    odd = data.draw(JSON)
    given_answers[section.code][field.code] = odd

    missing = answers.missing(definition, given_answers)

    assert all(one.text() for one in missing)


@given(st.text())
def test_words_and_characters_do_not_depend_on_how_lines_end(text):
    windows = text.replace("\r", "").replace("\n", "\r\n")
    unix = text.replace("\r", "")

    assert text_length.words(windows) == text_length.words(unix)
    assert text_length.characters(windows) == text_length.characters(unix)

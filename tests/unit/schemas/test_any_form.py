"""What holds for the form of every valid definition, with whatever answers."""

import colander
import deform
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grants.rules.forms import answers as answered
from schemas.proposal_form import compile as forms
from tests.support import markup, strategies

slow = settings(
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    deadline=None,
    max_examples=25,
)


def shown(definition, section, given_answers, *, level, language="en"):
    found = forms.problems(definition, section, given_answers, level=level)
    return forms.render_section(
        definition,
        section,
        given_answers,
        found,
        language=language,
        csrf_token="token",
        translate=str,
    )


@slow
@given(strategies.filled(), st.sampled_from(["en", "de", "es"]))
def test_what_is_shown_is_what_is_read(filled, language):
    definition, given_answers = filled

    for section in definition.sections:
        html = shown(
            definition, section.code, given_answers, level=forms.Level.SAVE, language=language
        )
        reading = forms.read(
            definition, section.code, markup.controls(html), language, others=given_answers
        )

        again = {**given_answers, section.code: reading.answers}
        assert answered.differences(definition, given_answers, again) == ()
        assert reading.problems == ()


@slow
@given(strategies.filled())
def test_the_schema_accepts_complete_answers(filled):
    definition, given_answers = filled

    for section in definition.sections:
        schema = forms.compile_section(
            definition, section.code, language="en", others=given_answers
        ).bind(csrf_token="token")
        form = deform.Form(schema)
        html = shown(definition, section.code, given_answers, level=forms.Level.SAVE)

        kept = form.validate(markup.controls(html))

        assert set(kept) == {field.code for field in section.fields}


@slow
@given(strategies.definitions())
def test_the_schema_refuses_what_is_missing_and_names_it(definition):
    for section in definition.sections:
        schema = forms.compile_section(definition, section.code, language="en").bind(csrf_token="t")
        asked = answered.visible_fields(definition, section.code, {})
        required = {field.code for field in asked if field.required}

        try:
            schema.deserialize({})
            refused = set()
        except colander.Invalid as wrong:
            refused = {key.partition(".")[0] for key in wrong.asdict()}

        assert refused == required


@slow
@given(strategies.definitions())
def test_every_form_can_be_used_by_everyone_with_and_without_errors(definition):
    for section in definition.sections:
        for level in (forms.Level.SAVE, forms.Level.SUBMIT):
            html = shown(definition, section.code, {}, level=level)

            assert markup.faults(html) == []

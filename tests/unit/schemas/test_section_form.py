"""Sections of the demonstration form, shown and read."""

from pathlib import Path
from types import SimpleNamespace

import colander
import pytest

from grants.rules.forms.definition import Definition
from schemas.proposal_form import compile as forms
from tests.support import markup

DEMO = Path(__file__).parents[3] / "grants" / "demo" / "forms" / "iuc-2020.json"


@pytest.fixture(scope="module")
def iuc():
    return Definition.from_text(DEMO.read_text(encoding="utf-8"))


def page(iuc, section, answers=None, *, level=forms.Level.SAVE, language="en", **more):
    given = {section: answers or {}}
    found = forms.problems(iuc, section, given, level=level)
    return forms.render_section(
        iuc,
        section,
        {**given, **more.pop("others", {})},
        found,
        language=language,
        csrf_token="token",
        translate=str,
        **more,
    )


def sent(html, *more, **typed):
    """Give what a browser sends after this was typed into the page."""
    left = dict(typed)
    kept = [(name, left.pop(name, value)) for name, value in markup.controls(html)]
    assert left == {}
    return [*kept, *more]


def test_what_cannot_be_read_is_kept_and_marked(iuc):
    controls = sent(page(iuc, "cities"), population="a lot")

    reading = forms.read(iuc, "cities", controls, "en")

    assert reading.answers["population"] == {"typed": "a lot"}
    (problem,) = reading.problems
    assert problem.text() == "We could not read “a lot” as a whole number."
    again = markup.soup(page(iuc, "cities", reading.answers)).find(id="cities-population")
    assert (again["value"], again["aria-invalid"]) == ("a lot", "true")


def test_a_day_that_is_none_stays_in_sight(iuc):
    html = page(iuc, "project", {"period": {"from": {"typed": "spring"}, "to": "2020-05-01"}})

    first = markup.soup(html).find(id="project-period-from")
    last = markup.soup(html).find(id="project-period-to")

    assert (first["type"], first["value"]) == ("text", "spring")
    assert (last["type"], last["value"]) == ("date", "2020-05-01")


def test_text_that_is_too_long_is_kept_and_marked(iuc):
    long = "word " * 201

    reading = forms.read(iuc, "project", sent(page(iuc, "project"), summary=long), "en")

    assert reading.answers["summary"] == long
    assert [one.text() for one in reading.problems] == ["This has 201 words. Use at most 200."]
    assert (
        markup.soup(page(iuc, "project", reading.answers)).find(id="project-summary-count").text
        == "201 of 200 words"
    )


def test_what_is_missing_does_not_disturb_while_saving(iuc):
    assert forms.read(iuc, "project", sent(page(iuc, "project")), "en").problems == ()
    assert "error-summary" not in page(iuc, "project")


def test_the_summary_of_errors_leads_to_each_input(iuc):
    html = page(iuc, "project", level=forms.Level.SUBMIT)

    summary = markup.soup(html).select_one(".error-summary")

    assert (summary["role"], summary["tabindex"]) == ("alert", "-1")
    assert [(link["href"], link.text) for link in summary.select("a")] == [
        ("#project-title", "Title: This is not answered yet."),
        ("#project-topic-0", "Topic: This is not answered yet."),
        ("#project-summary", "Summary: This is not answered yet."),
        ("#project-period-from", "Period of the project: This is not answered yet."),
    ]


def test_errors_in_rows_say_which_row(iuc):
    cost = {"description": "A", "heading": "travel", "quantity": {"typed": "x"}, "unit_cost": 1}
    answers = {"costs": {"rows": [cost], "indirect": 1, "requested": 5}}

    html = page(iuc, "budget", answers)

    assert [link.text for link in markup.soup(html).select(".error-summary a")] == [
        "Costs and grant, row 1, Quantity: "
        "We could not read “x” as a quantity. Write digits, and at most two decimals.",
        "Indirect costs: At most 7 % of the direct costs are possible: EUR 0.00.",
        "Grant requested: You can ask for at most 90 % of the total: EUR 0.00.",
    ]
    assert markup.faults(html) == []


def test_help_and_errors_are_bound_to_their_input(iuc):
    html = page(iuc, "project", level=forms.Level.SUBMIT)

    title = markup.soup(html).find(id="project-title")

    assert title["aria-describedby"] == "project-title-help project-title-error"
    assert title["aria-invalid"] == "true"


def test_optional_is_said_in_words(iuc):
    labels = [label.text for label in markup.soup(page(iuc, "project")).find_all("label")]

    assert "Acronym (optional)" in labels
    assert "Title" in labels


@pytest.mark.parametrize("section", ["project", "cities", "work", "deliverables", "budget"])
def test_what_people_type_is_never_markup(iuc, section):
    evil = "<script>alert(1)</script>\"'><b onclick=x>"
    row = {"typed": evil}
    answers = {
        field.code: {
            "group": {part.code: row for part in field.parts},
            "rows": [{part.code: row for part in field.parts}],
            "budget": {"rows": [{part.code: row for part in field.parts}], "requested": row},
            "many": [evil],
        }.get(field.shape, row)
        for field in iuc.section(section).fields
    }

    html = page(iuc, section, answers, level=forms.Level.SUBMIT)

    assert "<script" not in html
    assert "<b " not in html
    assert markup.faults(html) == []


def test_a_row_is_added_and_removed_without_a_script(iuc):
    html = page(iuc, "cities")
    rows = 'input[name="organisation"]'

    more = forms.read(
        iuc, "cities", sent(html, ("add_row:partners", "1"), organisation="Łódź"), "en"
    )
    longer = page(iuc, "cities", more.answers)
    less = forms.read(iuc, "cities", sent(longer, ("remove_row:partners:0", "1")), "en")

    assert more.pressed == forms.Pressed("add_row", "partners")
    assert [one["value"] for one in markup.soup(longer).select(rows)] == ["Łódź", ""]
    assert less.answers["partners"] == []


def test_a_row_of_the_budget_is_added_in_the_middle_of_what_is_sent(iuc):
    controls = sent(page(iuc, "budget"), description="Experts", quantity="2,5", unit_cost="1.000,5")
    at = next(n for n, (name, _v) in enumerate(controls) if name == "unit_cost")
    controls.insert(at, ("add_row:costs", "1"))

    reading = forms.read(iuc, "budget", controls, "de")

    first, second = reading.answers["costs"]["rows"]
    assert (first["quantity"], first["unit_cost"]) == (250, 100_050)
    assert set(second.values()) == {None}


def test_blank_rows_at_the_end_are_not_kept(iuc):
    assert forms.read(iuc, "budget", sent(page(iuc, "budget")), "en").answers["costs"]["rows"] == []


def test_files_stay_until_they_are_removed(iuc):
    letter = SimpleNamespace(name="<letter>.pdf", url="/files/f1", size="1 MB")
    html = page(iuc, "annexes", {"mayor_letter": ["f1"]}, files={"f1": letter})

    kept = forms.read(iuc, "annexes", sent(html), "en")
    gone = forms.read(iuc, "annexes", sent(html, ("remove_file:mayor_letter:f1", "1")), "en")

    assert "&lt;letter&gt;.pdf" in html
    assert kept.answers["mayor_letter"] == ["f1"]
    assert gone.answers["mayor_letter"] == []
    assert markup.faults(html) == []


def test_files_sent_along_are_handed_on(iuc):
    upload = SimpleNamespace(file=object(), filename="letter.pdf")
    strange = SimpleNamespace(file=object(), filename="x")
    controls = sent(page(iuc, "annexes"))
    controls += [("upload:mayor_letter", upload), ("upload:poem", strange), ("upload:more", b"")]

    reading = forms.read(iuc, "annexes", controls, "en")

    assert reading.uploads == (("mayor_letter", upload),)


def test_what_no_form_sends_is_refused(iuc):
    with pytest.raises(forms.UnreadableForm):
        forms.read(
            iuc, "project", [("__start__", "title:mapping"), ("__end__", "title:mapping")], "en"
        )
    with pytest.raises(forms.UnreadableForm):
        forms.read(iuc, "project", [("__end__", "title:mapping")], "en")


def test_a_condition_is_said_in_words_and_told_to_the_script(iuc):
    html = page(iuc, "work")

    field = markup.soup(html).select_one('[data-field="clusters_role"]')

    assert (
        "Only if your answer to “Who takes part” is “Clusters: innovation hubs and companies”."
        in field.text
    )
    assert (field["data-shown-if"], field["data-shown-values"]) == ("axes", '["clusters"]')


def test_what_another_section_rules_out_is_hidden():
    asked = {
        "kind": "short_text",
        "code": "why",
        "label": "Why",
        "shown_if": {"section": "one", "field": "pilot", "equals": False},
    }
    pilot = {"kind": "declaration", "code": "pilot", "label": "Pilot", "required": False}
    after = {"kind": "declaration", "code": "sure", "label": "Sure"}
    definition = Definition.from_json(
        {
            "title": "A",
            "sections": [
                {"code": "one", "title": "One", "fields": [pilot]},
                {"code": "two", "title": "Two", "fields": [asked, after]},
            ],
        }
    )

    shown, hidden = (
        markup.soup(page(definition, "two", others={"one": {"pilot": yes}})).select_one(
            '[data-field="why"]'
        )
        for yes in (False, True)
    )

    assert not shown.has_attr("hidden")
    assert hidden.has_attr("hidden")
    assert "Only if you do not confirm “Pilot”." in shown.text


def test_what_was_frozen_cannot_be_changed(iuc):
    html = page(iuc, "project", editable=False)

    assert markup.soup(html).select("fieldset[disabled]")
    assert not markup.soup(html).select("button")
    assert markup.faults(html) == []


def test_the_whole_form_is_one_schema(iuc):
    schema = forms.compile_form(iuc, language="en").bind(csrf_token="token")

    with pytest.raises(colander.Invalid) as refused:
        schema.deserialize({"project": {"title": "Blockchain"}})

    wrong = refused.value.asdict()
    assert "project.title" not in wrong
    assert wrong["project.summary"] == "This is not answered yet."
    kept = forms.compile_form(iuc, language="en", level=forms.Level.KEEP).bind(csrf_token="token")
    assert kept.deserialize({"project": {"title": "A"}})["project"]["title"] == "A"


def test_answers_of_an_older_form_do_not_break_the_page(iuc):
    for section in iuc.sections:
        for odd in ("text", 3, [3], {"a": 1}, True):
            answers = {field.code: odd for field in section.fields}

            html = page(iuc, section.code, answers, level=forms.Level.SUBMIT)

            assert "<form" in html


def test_each_reader_gets_a_token_of_their_own(iuc):
    first, second = (
        forms.render_section(iuc, "project", {}, language="en", csrf_token=token, translate=str)
        for token in ("ana's", "ben's")
    )

    tokens = [
        markup.soup(html).find("input", {"name": "csrf_token"})["value"] for html in (first, second)
    ]
    assert tokens == ["ana's", "ben's"]
    again = forms.compile_section(iuc, "project", language="en").bind(csrf_token="cleo's")
    assert again["csrf_token"].default == "cleo's"

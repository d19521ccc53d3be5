import pytest

from grants.rules.forms.definition import Definition
from grants.rules.forms.definition_errors import InvalidDefinition

TITLE = {"kind": "short_text", "code": "title", "label": "Title"}
TOPIC = {
    "kind": "choice",
    "code": "topic",
    "label": "Topic",
    "options": [{"code": "air", "label": "Air"}, {"code": "water", "label": "Water"}],
}


def faults(*fields, **section):
    data = {"code": "project", "title": "The project", "fields": list(fields), **section}
    with pytest.raises(InvalidDefinition) as refused:
        Definition.from_json({"title": "A form", "sections": [data]})
    return [fault.text() for fault in refused.value.faults]


def test_the_demonstration_form_plays_all_roles(iuc):
    roles = {field.role for _section, field in iuc.fields() if field.role}

    assert roles == {
        "title",
        "topic",
        "summary",
        "period",
        "city",
        "paired_city",
        "partners",
        "deliverables",
        "budget",
        "may_publish",
        "organisation_population",
        "organisation_pilot",
    }


def test_the_digest_does_not_depend_on_how_the_form_is_written():
    field = {"kind": "declaration", "code": "c", "label": "D"}
    longer = {"label": "D ", "code": "c", "kind": "declaration", "required": True, "help": ""}

    one, two = (
        Definition.from_json(
            {"title": "A", "sections": [{"code": "a", "title": "B", "fields": [each]}]}
        )
        for each in (field, longer)
    )

    assert one.digest == two.digest


def test_all_that_is_wrong_is_told_at_once_with_its_place():
    summary = {"kind": "long_text", "code": "summary", "label": "Summary", "max_words": "many"}

    assert faults({**TITLE, "label": " "}, summary) == [
        "Section 1, field “title”: The field needs a label.",
        "Section 1, field “summary”: “many” must be a whole number.",
    ]


def test_a_column_is_named_in_its_place():
    rows = {"kind": "rows", "code": "risks", "label": "Risks"}
    column = {"kind": "file", "code": "proof", "label": "Proof"}

    assert faults({**rows, "columns": [column]}) == [
        "Section 1, field “risks”, column “proof”: "
        "A column needs a code, a label and a simple kind of field."
    ]


@pytest.mark.parametrize(
    ("field", "fault"),
    [
        ({**TITLE, "kind": "poem"}, "There is no kind of field “poem”."),
        (
            {**TITLE, "code": "Title"},
            "“Title” cannot be a code. Use small letters, digits and _, a letter first.",
        ),
        (
            {**TITLE, "code": "csrf_token"},
            "“csrf_token” cannot be a code. Use small letters, digits and _, a letter first.",
        ),
        ({**TITLE, "max_word": 3}, "“max_word” is not known here."),
        ({**TITLE, "role": "budget"}, "This kind of field cannot have the role “budget”."),
        ({**TITLE, "required": "yes"}, "“yes” must be true or false."),
        ({**TITLE, "max_characters": 0}, "“0” must be 1 or more."),
        (
            {**TITLE, "kind": "long_text", "max_words": 1, "max_characters": 1},
            "Limit the words or the characters, not both.",
        ),
        (
            {**TITLE, "kind": "date", "earliest": "2020-02-30"},
            "“2020-02-30” is not a date. Write it as 2020-03-31.",
        ),
        (
            {**TITLE, "kind": "date", "earliest": "2020-02-02", "latest": "2020-02-01"},
            "The earliest date is after the latest.",
        ),
        (
            {**TITLE, "kind": "period", "earliest": "2020-02-02", "latest": "2020-02-01"},
            "The earliest date is after the latest.",
        ),
        (
            {**TITLE, "kind": "number", "minimum": 2, "maximum": 1},
            "The smallest number is larger than the largest.",
        ),
        (
            {**TITLE, "kind": "money", "currency": "euro"},
            "“euro” is not a currency. Write three letters, such as EUR.",
        ),
        ({**TITLE, "kind": "money", "minimum": -1}, "“-1” must not be negative."),
        ({**TITLE, "kind": "country", "countries": ["ZZ"]}, "“ZZ” is not the code of a country."),
        ({**TITLE, "kind": "city", "countries": ["ZZ"]}, "“ZZ” is not the code of a country."),
        ({**TITLE, "kind": "partners", "countries": ["ZZ"]}, "“ZZ” is not the code of a country."),
        ({**TITLE, "kind": "city", "countries": "ES"}, "“ES” must be a list of texts."),
        ({**TITLE, "kind": "choice"}, "Give at least one option, each with a code and a label."),
        ({**TITLE, "kind": "choices"}, "Give at least one option, each with a code and a label."),
        ({**TOPIC, "options": []}, "Give at least one option, each with a code and a label."),
        ({**TOPIC, "options": ["air"]}, "An option needs a code and a label, and nothing else."),
        ({**TOPIC, "options": [{"code": "air", "label": ""}]}, "The option “air” needs a label."),
        (
            {**TOPIC, "options": [{"code": "a b", "label": "A"}]},
            "“a b” cannot be the code of an option.",
        ),
        ({**TOPIC, "options": TOPIC["options"] * 2}, "The option “air” is there twice."),
        (
            {**TITLE, "kind": "file", "types": ["exe"]},
            "Files of the type “exe” cannot be asked for.",
        ),
        ({**TITLE, "kind": "file", "types": []}, "Name at least one type of file."),
        (
            {**TITLE, "kind": "file", "max_bytes": 26214401},
            "A file may have at most 26214400 bytes.",
        ),
        ({**TITLE, "kind": "rows"}, "Give at least one column."),
        ({**TITLE, "kind": "rows", "columns": {}}, "The columns must be a list."),
        ({**TITLE, "kind": "rows", "columns": [TITLE, TITLE]}, "The code “title” is there twice."),
        (
            {**TITLE, "kind": "rows", "columns": [TITLE], "min_rows": 9, "max_rows": 8},
            "The smallest number of rows is larger than the largest.",
        ),
        ({**TITLE, "kind": "partners", "max_rows": 101}, "At most 100 rows are possible."),
        ({**TITLE, "kind": "deliverables"}, "Name the types of deliverables."),
        ({**TITLE, "kind": "budget"}, "Name the headings of the budget."),
        (
            {**TITLE, "kind": "budget", "headings": TOPIC["options"], "max_indirect_percent": 101},
            "A share cannot be more than 100 %.",
        ),
        (
            {**TITLE, "kind": "budget", "headings": TOPIC["options"], "max_rows": 101},
            "At most 100 rows are possible.",
        ),
        (
            {**TITLE, "kind": "budget", "headings": [{"code": "indirect", "label": "Indirect"}]},
            "Indirect costs are asked for already; no heading can have that code.",
        ),
        (
            {**TITLE, "shown_if": "topic"},
            "“shown_if” needs a field, and “equals” with an answer or “in” with several.",
        ),
        (
            {**TITLE, "shown_if": {"field": "topic"}},
            "“shown_if” needs a field, and “equals” with an answer or “in” with several.",
        ),
        (
            {**TITLE, "shown_if": {"field": "topic", "in": []}},
            "“shown_if” needs a field, and “equals” with an answer or “in” with several.",
        ),
        (
            {**TITLE, "shown_if": {"field": "topic", "in": [1]}},
            "“shown_if” needs a field, and “equals” with an answer or “in” with several.",
        ),
        (
            {**TITLE, "shown_if": {"field": "topic", "equals": "air"}},
            "“shown_if” must name a field that comes before. There is no “topic” before.",
        ),
    ],
)
def test_what_cannot_be_is_refused(field, fault):
    assert fault in [one.partition(": ")[2] for one in faults(field)]


@pytest.mark.parametrize(
    ("condition", "fault"),
    [
        ({"field": "topic", "equals": "fire"}, "“fire” is not an answer to “topic”."),
        ({"field": "topic", "equals": True}, "“True” is not an answer to “topic”."),
        (
            {"field": "title", "equals": "x"},
            "“shown_if” can look at choices, countries and declarations, and “title” is none.",
        ),
    ],
)
def test_a_condition_looks_at_answers_that_can_be(condition, fault):
    asked = {**TITLE, "code": "why", "shown_if": condition}

    assert faults(TITLE, TOPIC, asked) == [f"Section 1, field “why”: {fault}"]


def test_codes_and_roles_are_there_once():
    titled = {**TITLE, "role": "title"}

    assert faults(titled, titled) == [
        "Section 1, field “title”: The code “title” is there twice.",
        "Section 1, field “title”: Another field already has the role “title”.",
    ]


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        ([], "A form needs a title and a list of sections."),
        ({"title": "A", "sections": []}, "A form needs at least one section."),
        (
            {"title": "A", "sections": [1]},
            "Section 1: A section needs a code, a title and a list of fields.",
        ),
        (
            {"title": "A", "sections": [{"code": "a", "title": "A", "fields": []}]},
            "Section 1: A section needs at least one field.",
        ),
        (
            {"title": "A", "sections": [{"code": "a", "title": "A", "fields": [1]}]},
            "Section 1: A field needs a kind, a code and a label.",
        ),
        (
            {"title": "", "sections": [{"code": "a", "title": "A", "fields": [TITLE]}]},
            "The form needs a title.",
        ),
        (
            {"title": 1, "sections": [{"code": "a", "title": "A", "fields": [TITLE]}]},
            "“1” must be text.",
        ),
    ],
)
def test_what_is_no_form_is_refused(data, fault):
    with pytest.raises(InvalidDefinition) as refused:
        Definition.from_json(data)

    assert fault in [one.text() for one in refused.value.faults]


def test_what_is_no_json_is_refused_in_words():
    with pytest.raises(InvalidDefinition, match="This is not JSON"):
        Definition.from_text("{")


def test_sections_have_codes_of_their_own():
    section = {"code": "a", "title": "A", "fields": [TITLE]}

    with pytest.raises(InvalidDefinition, match=r"Section 2: The code “a” is there twice\."):
        Definition.from_json({"title": "A", "sections": [section, section]})


def test_unknown_sections_and_fields_are_not_found(iuc):
    with pytest.raises(KeyError):
        iuc.section("poems")
    with pytest.raises(KeyError):
        iuc.section("project").field("poem")


@pytest.mark.parametrize(
    ("other", "value"),
    [
        ({"kind": "country", "code": "topic", "label": "Country"}, "ES"),
        ({**TOPIC, "kind": "choices"}, "air"),
        ({"kind": "declaration", "code": "topic", "label": "Sure"}, False),
    ],
)
def test_a_condition_can_look_at_countries_choices_and_declarations(form_of, other, value):
    asked = {**TITLE, "shown_if": {"field": "topic", "equals": value}}

    definition = form_of(other, asked)

    assert definition.to_json()["sections"][0]["fields"][1]["shown_if"] == asked["shown_if"]


def test_columns_are_always_shown_and_play_no_role():
    rows = {"kind": "rows", "code": "risks", "label": "Risks"}
    column = {**TITLE, "shown_if": {"field": "x", "equals": "y"}, "role": "title"}

    assert faults({**rows, "columns": [column]}) == [
        "Section 1, field “risks”, column “title”: A column cannot have “shown_if”.",
        "Section 1, field “risks”, column “title”: A column cannot have “role”.",
    ]


def test_places_are_told_in_the_readers_language():
    german = {"Section {name}": "Abschnitt {name}", "field “{name}”": "Feld „{name}“"}
    with pytest.raises(InvalidDefinition) as refused:
        Definition.from_json(
            {
                "title": "A",
                "sections": [{"code": "a", "title": "A", "fields": [{**TITLE, "label": ""}]}],
            }
        )

    (fault,) = refused.value.faults

    assert fault.text(lambda words: german.get(words, words)).startswith(
        "Abschnitt 1, Feld „title“"
    )

from datetime import date

import pytest

from grants.rules.forms import text_length
from grants.rules.forms.answers import differences, missing, visible_fields
from grants.rules.forms.key_fields import NamedCity, NamedDeliverable, NamedPartner, lifted
from grants.rules.forms.kinds import KINDS

OPTIONS = [{"code": "air", "label": "Air"}, {"code": "water", "label": "Water"}]


def why(definition, answer):
    return [one.text() for one in missing(definition, {"project": {"it": answer}})]


@pytest.mark.parametrize(
    ("settings", "answer", "message"),
    [
        (
            {"kind": "short_text", "max_characters": 3},
            "four",
            "This has 4 characters. Use at most 3.",
        ),
        ({"kind": "short_text"}, 4, "This must be text."),
        ({"kind": "short_text"}, " \ufeff", "This is not answered yet."),
        ({"kind": "long_text", "max_words": 2}, "a b\nc", "This has 3 words. Use at most 2."),
        (
            {"kind": "long_text", "max_characters": 2},
            "a\r\nb",
            "This has 3 characters. Use at most 2.",
        ),
        ({"kind": "long_text"}, [], "This must be text."),
        ({"kind": "email"}, "ana@", "Write an email address, such as name@example.org."),
        (
            {"kind": "choice", "options": OPTIONS},
            "fire",
            "“fire” is not one of the answers offered.",
        ),
        (
            {"kind": "choices", "options": OPTIONS},
            ["fire"],
            "“fire” is not one of the answers offered.",
        ),
        (
            {"kind": "choices", "options": OPTIONS, "max_chosen": 1},
            ["air", "water"],
            "Choose at most 1.",
        ),
        ({"kind": "declaration"}, False, "This must be confirmed."),
        ({"kind": "declaration"}, "true", "This is not answered yet."),
        ({"kind": "number", "minimum": 2}, 1, "The smallest number possible is 2."),
        ({"kind": "number", "maximum": 2}, 3, "The largest number possible is 2."),
        ({"kind": "number"}, True, "Write a whole number."),
        ({"kind": "number"}, {"typed": "many"}, "We could not read “many” as a whole number."),
        ({"kind": "money", "minimum": 100_000}, 1, "The smallest amount possible is EUR 1,000.00."),
        (
            {"kind": "money", "maximum": 100_000},
            100_001,
            "The largest amount possible is EUR 1,000.00.",
        ),
        ({"kind": "money"}, -1, "This is not an amount."),
        (
            {"kind": "money"},
            {"typed": "abc"},
            "We could not read “abc” as an amount. Write digits, and at most two decimals.",
        ),
        (
            {"kind": "date", "earliest": "2020-01-02"},
            "2020-01-01",
            "The earliest date possible is 2020-01-02.",
        ),
        (
            {"kind": "date", "latest": "2020-01-02"},
            "2020-01-03",
            "The latest date possible is 2020-01-02.",
        ),
        ({"kind": "date"}, "2020-02-30", "This is not a date."),
        ({"kind": "period"}, {"from": "2020-01-01", "to": None}, "Enter both dates."),
        (
            {"kind": "period"},
            {"from": "2020-01-02", "to": "2020-01-01"},
            "The last day is before the first.",
        ),
        ({"kind": "period"}, "2020", "This is not a date."),
        ({"kind": "country", "countries": ["ES"]}, "DE", "Choose a country from the list."),
        (
            {"kind": "city"},
            {"name": "Granada", "country": None},
            "Enter both the city and its country.",
        ),
        ({"kind": "city"}, "Granada", "This is not answered yet."),
        ({"kind": "file"}, ["a", "b"], "There are 2 files here. Keep at most 1."),
        ({"kind": "file"}, [1], "This is not a file."),
        (
            {"kind": "deliverables", "types": OPTIONS, "min_rows": 2},
            [{"type": "air", "title": "A", "due_on": "2020-01-01"}],
            "There are 1 rows. Give at least 2.",
        ),
        (
            {"kind": "partners", "max_rows": 1},
            [{"organisation": "A", "kind": "city", "country": "ES"}] * 2,
            "There are 2 rows. Keep at most 1.",
        ),
        ({"kind": "partners"}, [3], "This is not answered yet."),
        ({"kind": "partners"}, {"typed2": 1}, "This is not answered yet."),
        ({"kind": "budget", "headings": OPTIONS}, {"rows": []}, "This is not answered yet."),
        (
            {"kind": "budget", "headings": OPTIONS},
            {"rows": [], "requested": 1},
            "Give at least one row.",
        ),
        (
            {"kind": "budget", "headings": OPTIONS, "max_rows": 1},
            {"rows": [{"description": "A"}] * 2, "requested": 1},
            "There are 2 rows. Keep at most 1.",
        ),
        (
            {"kind": "budget", "headings": OPTIONS},
            {"rows": [{"description": "A", "quantity": 0}], "requested": 1},
            "Write a quantity above 0 and up to a million.",
        ),
        ({"kind": "budget", "headings": OPTIONS}, 3, "This is not answered yet."),
    ],
)
def test_what_cannot_be_submitted_is_told_why(form_of, settings, answer, message):
    definition = form_of({"code": "it", "label": "It", **settings})

    assert message in why(definition, answer)


def budget(form_of):
    shares = {"max_indirect_percent": 7, "max_grant_percent": 90}
    return form_of({"kind": "budget", "code": "it", "label": "It", "headings": OPTIONS, **shares})


def costs(**more):
    row = {"description": "Experts", "heading": "air", "quantity": 250, "unit_cost": 40_001}
    return {"rows": [row], "indirect": None, "requested": 1, **more}


def test_a_budget_adds_up_to_the_cent(form_of):
    field = budget(form_of).section("project").field("it")

    assert field.computed(costs(indirect=7_000)).total_cents == 100_003 + 7_000
    assert field.computed(costs(rows=[{"heading": "air"}, {"heading": "fire"}])).total_cents == 0


def test_shares_of_the_budget_are_held_to_the_cent(form_of):
    most = {"indirect": 7_000, "requested": 96_302}

    assert why(budget(form_of), costs(**most)) == []
    assert why(budget(form_of), costs(indirect=7_001)) == [
        "At most 7 % of the direct costs are possible: EUR 70.00.",
    ]
    assert why(budget(form_of), costs(**{**most, "requested": 96_303})) == [
        "You can ask for at most 90 % of the total: EUR 963.02."
    ]


def test_a_budget_beyond_all_amounts_is_refused_and_not_lifted(form_of):
    row = {"description": "Moon", "heading": "air", "quantity": 10**8, "unit_cost": 10**14 - 1}
    definition = budget(form_of)

    assert why(definition, costs(rows=[row])) == [
        "The costs add up to more than we can keep. At most EUR 999,999,999,999.99 is possible."
    ]
    assert lifted(definition, {"project": {"it": costs(rows=[row])}}).total_cents is None


def test_amounts_in_messages_are_written_in_the_readers_language(form_of):
    definition = form_of({"kind": "money", "code": "it", "label": "It", "maximum": 123_456_789})

    (found,) = missing(definition, {"project": {"it": 10**12}})

    assert found.text(language="de").endswith("1.234.567,89 EUR.")


def test_blank_rows_do_not_count(form_of):
    definition = form_of({"kind": "partners", "code": "it", "label": "It"})
    blank = {"organisation": None, "kind": None, "country": None, "role": " ", "email": None}

    assert why(definition, [blank]) == ["This is not answered yet."]
    granada = {"organisation": "Granada", "kind": "city", "country": "ES"}
    assert why(definition, [blank, granada, blank]) == []


def test_what_is_not_asked_is_neither_missing_nor_wrong(form_of):
    definition = form_of(
        {"kind": "declaration", "code": "pilot", "label": "Pilot", "required": False},
        {
            "kind": "choice",
            "code": "why",
            "label": "Why",
            "options": OPTIONS,
            "shown_if": {"field": "pilot", "equals": True},
        },
        {
            "kind": "short_text",
            "code": "more",
            "label": "More",
            "shown_if": {"field": "why", "in": ["air", "water"]},
        },
        {
            "kind": "short_text",
            "code": "sorry",
            "label": "Sorry",
            "shown_if": {"field": "pilot", "equals": False},
        },
    )

    def asked(**answers):
        return [field.code for field in visible_fields(definition, "project", {"project": answers})]

    assert asked() == ["pilot", "sorry"]
    assert asked(pilot=True) == ["pilot", "why"]
    assert asked(pilot=True, why="air") == ["pilot", "why", "more"]
    assert asked(why="air") == ["pilot", "sorry"]


def test_differences_are_told_in_the_order_of_the_form(iuc):
    old = {"project": {"title": "A", "acronym": None}, "work": {"axes": ["academia"]}}
    new = {"project": {"title": "B", "acronym": ""}, "work": {"axes": ["clusters"]}}

    found = differences(iuc, old, new)

    assert [(one.label, one.before, one.after) for one in found] == [
        ("Title", "A", "B"),
        ("Who takes part", ["academia"], ["clusters"]),
    ]


def test_the_portal_lifts_what_it_needs(iuc):
    cost = {"description": "Experts", "heading": "travel", "quantity": 100, "unit_cost": 10_000}
    webinar = {
        "type": "webinar",
        "title": "Smart city",
        "due_on": "2020-10-19",
        "description": None,
    }
    university = {
        "organisation": "UGR",
        "kind": "academic",
        "country": "ES",
        "role": None,
        "email": None,
    }
    answers = {
        "project": {
            "title": "Blockchain",
            "topic": "digital",
            "summary": "Three webinars",
            "period": {"from": "2020-01-01", "to": {"typed": "soon"}},
        },
        "cities": {"lead_city": {"name": "Granada", "country": "ES"}, "partners": [university, {}]},
        "deliverables": {"planned": [webinar, {"title": None}]},
        "budget": {"costs": {"rows": [cost], "indirect": 500, "requested": 9_000}},
    }

    facts = lifted(iuc, answers)

    assert (facts.title, facts.topic, facts.summary) == ("Blockchain", "digital", "Three webinars")
    assert (facts.requested_cents, facts.total_cents, facts.currency) == (9_000, 10_500, "EUR")
    assert (facts.starts_on, facts.ends_on) == (date(2020, 1, 1), None)
    assert (facts.city, facts.paired_city) == (NamedCity("Granada", "ES"), None)
    assert facts.deliverables == (
        NamedDeliverable("webinar", "Smart city", date(2020, 10, 19), ""),
    )
    assert facts.partners == (NamedPartner("UGR", "academic", "ES", "", ""),)


def test_an_amount_asked_for_by_itself_goes_before_the_budget(form_of):
    money = {"kind": "money", "code": "grant", "label": "Grant", "role": "requested_amount"}
    definition = form_of({**money, "currency": "USD"})

    facts = lifted(definition, {"project": {"grant": 5}})

    assert (facts.requested_cents, facts.currency, facts.total_cents, facts.topic) == (
        5,
        "USD",
        None,
        None,
    )


@pytest.mark.parametrize(
    ("kind", "typed", "language", "answer"),
    [
        ("number", "50,000", "en", 50000),
        ("number", "50.000", "de", 50000),
        ("number", "50 000", "es", 50000),
        ("number", "5,0", "en", {"typed": "5,0"}),
        ("number", " ", "en", None),
        ("money", "1,250.5", "en", 125050),
        ("money", "1.250,5", "de", 125050),
        ("money", "about 5", "en", {"typed": "about 5"}),
        ("money", "", "en", None),
        ("date", "31.3.2020", "de", "2020-03-31"),
        ("date", "31/3/2020", "es", "2020-03-31"),
        ("date", "2020-02-30", "en", {"typed": "2020-02-30"}),
        ("date", "", "en", None),
        ("short_text", "  Ło\u0301dź ", "en", "Łódź"),
        ("long_text", "a\r\nb\rc\x00", "en", "a\nb\nc"),
        ("email", " ana@example.org ", "en", "ana@example.org"),
        ("country", "ES", "en", "ES"),
    ],
)
def test_what_is_typed_is_read_or_kept(kind, typed, language, answer):
    field = KINDS[kind](code="it", label="It")

    assert field.read(typed, language) == answer


@pytest.mark.parametrize(
    ("text", "words", "characters"),
    [
        ("", 0, 0),
        ("a\r\nb", 2, 3),
        ("a\x1cb", 1, 3),  # a blank to Python's str.split, not to JavaScript
        ("a\ufeffb", 2, 3),  # a blank to JavaScript, not to str.split
        ("o\u0301", 1, 1),
        ("😀", 1, 1),
        ("广州 Łódź", 3, 7),
        ("你好，世界。", 4, 6),
        ("第3届 Horizon 项目", 6, 14),
        ("カタカナ・ひらがな", 8, 9),
        ("สวัสดีชาวโลก", 3, 12),
        ("𠮷野家", 3, 3),
        ("가나다 라마", 2, 6),
        ("市" * 2880, 2880, 2880),
    ],
)
def test_counting(text, words, characters):
    assert (text_length.words(text), text_length.characters(text)) == (words, characters)


@pytest.mark.parametrize(
    ("hundredths", "language", "shown"),
    [(250, "de", "2,50"), (200, "en", "2"), (123_400, "en", "1,234")],
)
def test_quantities_are_shown_as_they_are_typed(form_of, hundredths, language, shown):
    quantity = budget(form_of).section("project").field("it").parts[2]

    assert quantity.show(hundredths, language) == shown
    assert quantity.read(shown, language) == hundredths


def test_a_file_field_knows_the_media_types_it_takes():
    field = KINDS["file"](code="it", label="It", types=("pdf", "csv"))

    assert field.media_types == {"application/pdf", "text/csv", "text/plain"}


def test_a_choice_that_is_not_offered_is_kept():
    field = KINDS["choice"](code="it", label="It")

    assert field.read("fire", "en") == "fire"

"""The script of application forms, in a real browser: it agrees with the server to the letter."""

from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from grants.rules import money
from grants.rules.forms import text_length
from grants.rules.forms.definition import Definition
from schemas.proposal_form import compile as forms

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "templates" / "static" / "forms.js"
IUC = Definition.from_text((ROOT / "grants/demo/forms/iuc-2020.json").read_text(encoding="utf-8"))

# Everything that some language takes for a blank, and what is written in several code points.
TRICKY = st.text(
    "ab \t\n\r\x0b\x0c\x1c\x1f\x85\xa0\u1680\u2003\u2028\u202f\u3000\ufeff\u200bo\u0301ó😀广"
)
FIGURES = st.text("0123456789,.' \xa0\u202f\u2019-+e０９，．　€$EUR") | st.integers(0, 10**13).map(
    lambda cents: money.shown(cents, language="en")
)


@pytest.fixture(scope="module")
def script(chromium):
    page = chromium.new_page()
    page.add_script_tag(path=SCRIPT)
    return page


@pytest.fixture
def open_section(chromium):
    """Show a section of the demonstration form in a page of its own."""

    def show(code, **answers):
        html = forms.render_section(
            IUC, code, {code: answers}, language="en", csrf_token="t", translate=str
        )
        page = chromium.new_page()
        page.set_content(f'<html lang="en"><body>{html}</body></html>')
        page.add_script_tag(path=SCRIPT)
        return page

    return show


@settings(deadline=None)
@given(st.lists(TRICKY | st.text(), max_size=20))
def test_counts_agree_with_the_server(script, texts):
    counted = script.evaluate(
        "texts => texts.map(t => [forms.words(t), forms.characters(t)])", texts
    )

    assert counted == [[text_length.words(text), text_length.characters(text)] for text in texts]


@settings(deadline=None)
@given(st.lists(FIGURES, max_size=20), st.sampled_from([("en", ".", ","), ("de", ",", ".")]))
def test_amounts_are_read_as_the_server_reads_them(script, texts, language):
    name, decimal, group = language
    read = script.evaluate(
        """([texts, d, g]) => texts
            .map(t => forms.parse(t, d, g, 2, "EUR"))
            .map(c => c === null ? null : [String(c), forms.shown(c, d, g)])""",
        [texts, decimal, group],
    )

    assert read == [_by_the_server(text, name) for text in texts]


def _by_the_server(text, language):
    try:
        cents = money.parse(text, language=language, currency="EUR")
    except money.NotAnAmount:
        return None
    return [str(cents), money.shown(cents, language=language)]


@settings(deadline=None)
@given(
    st.lists(FIGURES | st.from_regex(r"\A[0-9]{1,5}[.,][0-9]{1,7}\Z"), max_size=20),
    st.sampled_from([("en", ".", ","), ("de", ",", ".")]),
    st.sampled_from(["EUR", "JPY", "KWD"]),
)
@example(["8333.33333", "1.234", "0.1273", "0.123", "€ 1,234.56"], ("en", ".", ","), "EUR")
def test_rates_are_read_as_the_server_reads_them(script, texts, language, currency):
    name, decimal, group = language
    places = money.decimals(currency)
    read = script.evaluate(
        """([texts, d, g, p, c]) => texts.map(t => forms.parseRate(t, d, g, p, c))
            .map(r => r === null ? null : String(r))""",
        [texts, decimal, group, places, currency],
    )

    assert read == [_rate_by_the_server(text, name, places, currency) for text in texts]


def _rate_by_the_server(text, language, places, currency):
    try:
        rate = money.parse_rate(text, language=language, decimals=places, currency=currency)
    except money.NotAnAmount:
        return None
    return str(int(money.rate_cents(rate, decimals=places) * 10 ** (6 - places)))


@settings(deadline=None)
@given(st.integers(1, 10**8), st.integers(0, 10**17))
@example(1, 500_000)
@example(1, 490_000)
def test_rows_are_rounded_as_the_server_rounds_them(script, quantity, unit):
    row = money.BudgetRow(
        heading="x", partner="", quantity_hundredths=quantity, unit_cents=Fraction(unit, 10_000)
    )

    cents = script.evaluate(
        "([q, u]) => String(forms.rowCents(BigInt(q), BigInt(u)))", [str(quantity), str(unit)]
    )

    assert int(cents) == row.cents


def test_a_budget_adds_up_while_typing(open_section):
    page = open_section("budget")

    page.get_by_label("Description, row 1").fill("Experts")
    page.get_by_label("Heading, row 1").select_option("travel")
    page.get_by_label("Quantity, row 1").fill("2.5")
    page.get_by_label("Unit cost, row 1").fill("1,000.01")
    page.get_by_label("Indirect costs").fill("0.99")

    assert page.locator('[data-sum="row"]').inner_text() == "2,500.03"
    assert page.locator('[data-heading="travel"]').inner_text() == "2,500.03"
    assert page.locator('[data-sum="total"]').inner_text() == "2,501.02"


def test_rows_come_and_go_by_keyboard(open_section):
    page = open_section("cities")
    page.get_by_role("button", name="Add a row Partners").focus()

    page.keyboard.press("Enter")
    page.keyboard.type("Łódź")

    rows = page.locator('[name="organisation"]')
    assert [row.input_value() for row in rows.all()] == ["", "Łódź"]
    page.get_by_role("button", name="Remove Partners, 1").focus()
    page.keyboard.press("Enter")
    assert [row.input_value() for row in rows.all()] == ["Łódź"]
    assert page.evaluate("document.activeElement.name") == "remove_row:partners:0"
    page.wait_for_function("document.getElementById('forms-live').textContent !== ''")
    assert page.locator("#forms-live").inner_text() == "Row 1 was removed."


def test_what_is_not_asked_is_not_shown(open_section):
    page = open_section("work")
    role = page.get_by_label("What companies and clusters do")

    hidden = role.is_visible()
    page.get_by_label("Clusters: innovation hubs and companies").check()

    assert (hidden, role.is_visible()) == (False, True)


def test_the_count_follows_what_is_typed(open_section):
    page = open_section("project")

    page.get_by_label("Summary").fill("one two\nthree " + "more " * 198)

    count = page.locator("#project-summary-count")
    assert count.inner_text() == "201 of 200 words"
    assert "over" in count.get_attribute("class")

"""Budgets: rows and columns add up exactly, ceilings are kept to the cent."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grants.rules.money import Budget, BudgetRow, CostKind, Exceeded, Heading, UnusableMoney

HEADINGS = (
    Heading(code="staff", name="Human resources"),
    Heading(code="travel", name="Travel"),
    Heading(
        code="office", name="Office", kind=CostKind.FLAT_RATE, cap_basis_points=1500, of=("staff",)
    ),
    Heading(code="indirect", name="Indirect costs", kind=CostKind.FLAT_RATE, cap_basis_points=700),
    Heading(code="reserve", name="Contingency", kind=CostKind.CONTINGENCY, cap_basis_points=500),
)
ROWS = st.lists(
    st.builds(
        BudgetRow,
        heading=st.sampled_from([heading.code for heading in HEADINGS]),
        partner=st.sampled_from(["Granada", "Mannheim", "广州"]),
        quantity_hundredths=st.integers(0, 100_000),
        unit_cents=st.integers(0, 10**9),
    ),
    max_size=12,
)


def row(heading, partner, cents):
    return BudgetRow(heading=heading, partner=partner, quantity_hundredths=100, unit_cents=cents)


@pytest.fixture
def budget():
    return Budget(
        HEADINGS,
        (
            row("staff", "Granada", 60_001),
            row("travel", "Mannheim", 40_000),
            row("travel", "Granada", 10),
            row("indirect", "Granada", 7_000),
        ),
    )


@pytest.mark.parametrize(
    ("hundredths", "unit", "cents"),
    [(250, 1_000, 2_500), (250, 333, 833), (50, 1, 1), (49, 1, 0), (0, 5, 0)],
)
def test_a_row_is_quantity_times_unit_cost_rounded_half_up(hundredths, unit, cents):
    priced = BudgetRow(heading="h", partner="p", quantity_hundredths=hundredths, unit_cents=unit)

    assert priced.cents == cents


def test_sums(budget):
    assert budget.partners == ("Granada", "Mannheim")
    assert budget.by_heading() == {
        "staff": 60_001,
        "travel": 40_010,
        "office": 0,
        "indirect": 7_000,
        "reserve": 0,
    }
    assert budget.by_partner() == {"Granada": 67_011, "Mannheim": 40_000}
    assert budget.table()["travel"] == {"Granada": 10, "Mannheim": 40_000}
    assert (budget.direct_cents, budget.total_cents) == (100_011, 107_011)


def test_ceilings_are_rounded_down_to_the_cent(budget):
    staff, _, office, indirect, reserve = HEADINGS

    assert budget.ceiling_cents(staff) is None
    assert budget.ceiling_cents(office) == 9_000
    assert budget.ceiling_cents(indirect) == 7_000
    assert budget.ceiling_cents(reserve) == 5_000
    assert budget.exceeded() == ()


def test_one_cent_above_a_ceiling_is_too_much(budget):
    above = Budget(HEADINGS, (*budget.rows, row("indirect", "Mannheim", 1)))

    (exceeded,) = above.exceeded()

    assert exceeded == Exceeded(HEADINGS[3], 7_001, 7_000)
    assert exceeded.over_cents == 1


@given(ROWS)
def test_rows_and_columns_add_up_exactly(rows):
    budget = Budget(HEADINGS, tuple(rows))
    table = budget.table()

    assert {code: sum(cells.values()) for code, cells in table.items()} == budget.by_heading()
    assert {
        partner: sum(cells[partner] for cells in table.values()) for partner in budget.partners
    } == budget.by_partner()
    assert sum(budget.by_heading().values()) == budget.total_cents
    assert sum(budget.by_partner().values()) == budget.total_cents
    assert sum(each.cents for each in rows) == budget.total_cents


@given(ROWS)
def test_a_ceiling_is_exceeded_exactly_when_the_share_is(rows):
    budget = Budget(HEADINGS, tuple(rows))
    sums = budget.by_heading()
    bases = {"office": sums["staff"], "indirect": budget.direct_cents}
    bases["reserve"] = budget.direct_cents
    rates = {"office": 1500, "indirect": 700, "reserve": 500}

    assert [each.heading.code for each in budget.exceeded()] == [
        code for code, base in bases.items() if sums[code] * 10_000 > base * rates[code]
    ]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"kind": CostKind.FLAT_RATE}, "needs a rate"),
        ({"of": ("travel",)}, "needs a rate"),
        ({"cap_basis_points": 10_001}, "0 to 100 per cent"),
        ({"cap_basis_points": 700, "of": ("x",)}, "share of itself"),
    ],
)
def test_a_heading_that_contradicts_itself_is_refused(wrong, sentence):
    with pytest.raises(UnusableMoney, match=sentence):
        Heading(code="x", name="X", **wrong)


@pytest.mark.parametrize(("hundredths", "unit"), [(-1, 1), (1, -1), (1.0, 1), (1, True)])
def test_a_row_needs_whole_numbers(hundredths, unit):
    with pytest.raises(UnusableMoney):
        BudgetRow(heading="h", partner="p", quantity_hundredths=hundredths, unit_cents=unit)


@pytest.mark.parametrize(
    ("headings", "rows", "sentence"),
    [
        (HEADINGS[:1] * 2, (), "the same code"),
        (HEADINGS[:1], (row("travel", "Granada", 1),), "no heading travel"),
        (HEADINGS[2:3], (), "no heading staff"),
    ],
)
def test_a_budget_whose_parts_do_not_fit_is_refused(headings, rows, sentence):
    with pytest.raises(UnusableMoney, match=sentence):
        Budget(headings, rows)

"""Every kind of field is typed into something, found by its name."""

import pytest

from grants.rules.forms.field import Shape
from grants.rules.forms.kinds import KINDS
from grants.rules.forms.kinds.budgets import QuantityField
from schemas.proposal_form.inputs import COLUMNS, INPUTS

SIMPLE = {
    name: kind
    for name, kind in {**KINDS, QuantityField.kind: QuantityField}.items()
    if kind.shape in (Shape.ONE, Shape.MANY)
}


@pytest.mark.parametrize("name", SIMPLE)
def test_a_kind_that_is_one_value_has_an_input(name):
    assert name in INPUTS


@pytest.mark.parametrize("name", [name for name, kind in SIMPLE.items() if kind.columnar])
def test_so_has_a_column_of_rows(name):
    assert name in COLUMNS


def test_nothing_is_named_that_is_no_kind():
    assert INPUTS.keys() - SIMPLE.keys() <= {
        "rate"
    }  # what a unit costs is a column of budgets only

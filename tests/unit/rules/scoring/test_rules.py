"""Rules: kept as JSON, read strictly, refused when they contradict themselves."""

import json
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given

from grants.rules.scoring import Basis, Combine, Criterion, InvalidRules, ListRule, Rules, Scale
from tests.unit.rules.scoring import strategies


@pytest.fixture
def written():
    return {
        "criteria": [
            {"code": "E", "name": "Excellence", "weight": "1", "threshold_halves": 6},
            {"code": "I", "name": "Impact", "weight": "3/2", "threshold_halves": None},
        ],
        "scale": {"minimum_halves": 0, "maximum_halves": 10, "step_halves": 1},
        "overall_threshold": "10",
        "basis": "UNWEIGHTED_SUM",
        "combine": "MEDIAN",
        "tie_rules": ["I", "E"],
        "list_rule": "OFFER_REDUCED",
        "envelope_cents": 1200,
        "minimum_grant_cents": 100,
    }


def test_rules_are_read_and_written_back(written):
    rules = Rules.from_dict(written)

    assert rules.criteria[1] == Criterion("I", "Impact", Fraction(3, 2))
    assert (rules.combine, rules.list_rule) == (Combine.MEDIAN, ListRule.OFFER_REDUCED)
    assert rules.to_dict() == written


@given(strategies.rules())
def test_any_rules_survive_json(rules):
    assert Rules.from_dict(json.loads(json.dumps(rules.to_dict()))) == rules


def test_what_is_left_out_has_its_default():
    rules = Rules.from_dict({"criteria": [{"code": "E", "name": "E"}], "envelope_cents": 5})

    assert rules == Rules(criteria=(Criterion("E", "E"),), envelope_cents=5)
    assert (rules.scale, rules.basis) == (Scale(), Basis.UNWEIGHTED_SUM)


@pytest.mark.parametrize(
    ("value", "weight"), [("3/2", "3/2"), ("1.5", "3/2"), ("40", "40"), (40, "40")]
)
def test_exact_weights(written, value, weight):
    written["criteria"][1]["weight"] = value

    assert Rules.from_dict(written).to_dict()["criteria"][1]["weight"] == weight


@pytest.mark.parametrize("value", [1.5, "1,5", "-1", -1, "1/0", "1/00", "NaN", "1e5", None, True])
def test_inexact_weights_are_refused(written, value):
    written["criteria"][1]["weight"] = value

    with pytest.raises(InvalidRules, match="is not an exact number"):
        Rules.from_dict(written)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"criteria": []}, "at least one criterion"),
        ({"criteria": "EI"}, "should be a list"),
        ({"criteria": ["E"]}, "an object is missing"),
        ({"criteria": [{"code": "E"}]}, "lack “name”"),
        ({"criteria": [{"code": "E", "name": "E"}] * 2, "tie_rules": []}, "the same code"),
        ({"criteria": [{"code": 1, "name": "E"}]}, "should be text"),
        ({"criteria": [{"code": "overall", "name": "E"}]}, "a code of its own"),
        ({"criteria": [{"code": " ", "name": "E"}]}, "a code of its own"),
        ({"criteria": [{"code": "E", "name": "E", "weight": 0}]}, "needs a weight"),
        ({"criteria": [{"code": "E", "name": "E", "threshold_halves": 11}]}, "not on the scale"),
        ({"criteria": [{"code": "E", "name": "E", "threshold_halves": -1}]}, "not on the scale"),
        ({"criteria": [{"code": "E", "name": "E", "threshold_halves": 6.0}]}, "not on the scale"),
        ({"scale": {"minimum": 0}}, "know no “minimum”"),
        ({"overall_threshold": "10.5"}, "never be reached"),
        ({"overall_threshold": "101", "basis": "WEIGHTED_SHARE"}, "never be reached"),
        ({"overall_threshold": "13", "basis": "WEIGHTED_SUM"}, "never be reached"),
        ({"basis": "SUM"}, "not one of UNWEIGHTED_SUM, WEIGHTED_SUM, WEIGHTED_SHARE"),
        ({"basis": None}, "is not one of"),
        ({"tie_rules": ["X"]}, "no criterion X"),
        ({"tie_rules": ["E", "E"]}, "named twice"),
        ({"envelope_cents": -1}, "whole cents"),
        ({"envelope_cents": 1.5}, "whole cents"),
        ({"minimum_grant_cents": True}, "whole cents"),
        ({"colour": "blue"}, "know no “colour”"),
    ],
)
def test_contradictions_and_strange_values_are_refused(written, wrong, sentence):
    if "criteria" in wrong:
        written |= {"overall_threshold": None, "tie_rules": []}

    with pytest.raises(InvalidRules, match=sentence):
        Rules.from_dict(written | wrong)


@pytest.mark.parametrize("weight", [Fraction(-1), 1, 1.5])
def test_a_weight_is_an_exact_fraction(weight):
    with pytest.raises(InvalidRules, match="weight of E"):
        Criterion("E", "Excellence", weight)


def test_a_threshold_is_an_exact_fraction(written):
    rules = Rules.from_dict(written)

    with pytest.raises(InvalidRules):
        replace(rules, overall_threshold=9.5)

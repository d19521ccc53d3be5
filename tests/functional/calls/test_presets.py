"""A new call begins with usual rules, or with those of an earlier call, and is saved as such."""

import pytest
from sqlalchemy import select

from grants.calls.models import Call
from grants.calls.queries.stage_plans import earlier_stages
from schemas.calls.presets import PRESETS
from tests.functional.calls.test_calls import NEW

NEW_CALL = "/manage/funds/IUC-ASIA/calls/new"
RULES = ("overall_threshold", "basis", "list_rule", "ties", "minimum_reviews")


@pytest.fixture
def helena(iuc, sign_in):
    return sign_in(iuc.helena)


def save(form, iuc, session):
    for name, value in NEW.items():
        if name not in RULES:
            form.fields[name][0].value = value
    form.fields["form_id"][0].value = str(iuc.form.id)
    form.get("topic_ids", index=0).checked = True
    form.submit("save", status=303)
    return session.scalar(select(Call).where(Call.code == NEW["code"]))


@pytest.mark.parametrize("code", PRESETS)
def test_a_call_is_saved_with_usual_rules(helena, iuc, session, code):
    form = helena.get(NEW_CALL, {"preset": code}).forms["call"]

    call = save(form, iuc, session)

    preset = PRESETS[code]
    last = [name for name, _weight, _threshold, stage in preset.criteria if stage == 0]
    assert [it.name for it in call.criteria] == [str(name) for name in last]
    assert call.rules["basis"] == preset.basis
    assert call.rules["overall_threshold"] == preset.overall_threshold
    assert len(earlier_stages(call)) == len(preset.earlier)
    assert len(call.checklist) == 4


def test_a_call_takes_over_the_rules_of_an_earlier_one(helena, iuc, session):
    form = helena.get(NEW_CALL, {"copy": iuc.call.code}).forms["call"]
    assert form["title"].value == ""

    call = save(form, iuc, session)

    assert [(it.code, it.weight) for it in call.criteria] == [
        (it.code, it.weight) for it in iuc.call.criteria
    ]
    same = ("basis", "overall_threshold", "tie_rules", "list_rule")
    assert [call.rules[it] for it in same] == [iuc.call.rules[it] for it in same]


def test_the_call_of_another_fund_is_not_copied(helena, iuc):
    form = helena.get(NEW_CALL, {"copy": iuc.neighbour.call.code}).forms["call"]

    assert form["overall_threshold"].value == ""

"""The eligibility check, item by item, and its conclusion."""

import pytest

from grants.ledger import history
from grants.rules.errors import Incomplete, NotAllowedNow
from grants.rules.workflow import ProposalStatus


@pytest.fixture
def granada(evaluating):
    it = evaluating.world
    return evaluating.submit(it.granada, it.lucia, "Blockchain")


def test_nothing_is_checked_before_the_call_has_closed(evaluating, granada):
    helena = evaluating.world.helena

    with pytest.raises(NotAllowedNow, match="after the call has closed"):
        evaluating.services.checks.answer(granada, "complete", met=True, by=helena)
    with pytest.raises(NotAllowedNow, match="after the call has closed"):
        evaluating.services.checks.conclude(granada, by=helena)


def test_an_item_that_is_not_met_needs_a_reason(evaluating, granada):
    evaluating.close_call()

    with pytest.raises(Incomplete):
        evaluating.services.checks.answer(
            granada, "letter", met=False, reason=" ", by=evaluating.world.helena
        )


def test_answers_may_be_changed_and_the_ledger_keeps_both(evaluating, granada):
    evaluating.close_call()
    checks, helena = evaluating.services.checks, evaluating.world.helena

    checks.answer(granada, "letter", met=False, reason="It is not signed.", by=helena)
    checks.answer(granada, "letter", met=True, evidence="Signed copy, page 3", by=helena)

    item = next(each for each in checks.of(granada) if each.code == "letter")
    assert (item.met, item.answer.evidence) == (True, "Signed copy, page 3")
    kept = history(evaluating.session, kind="check item", reference=f"{granada.reference}/letter")
    assert [(entry.from_status, entry.to_status) for entry in kept] == [
        (None, "not met"),
        ("not met", "met"),
    ]


def test_no_conclusion_while_an_item_has_no_answer(evaluating, granada):
    evaluating.close_call()
    checks, helena = evaluating.services.checks, evaluating.world.helena
    checks.answer(granada, "complete", met=True, by=helena)

    with pytest.raises(Incomplete, match="2 items"):
        checks.conclude(granada, by=helena)


@pytest.mark.parametrize(
    ("unmet", "status"),
    [
        ({}, ProposalStatus.ELIGIBLE),
        ({"letter": "There is no letter."}, ProposalStatus.INADMISSIBLE),
        ({"countries": "Only one country."}, ProposalStatus.INELIGIBLE),
        (
            {"letter": "There is no letter.", "countries": "Only one."},
            ProposalStatus.INADMISSIBLE,
        ),
    ],
)
def test_the_conclusion_follows_from_the_answers(evaluating, granada, unmet, status):
    evaluating.close_call()

    assert evaluating.check(granada, **unmet) is status
    assert granada.status is status


def test_what_is_concluded_is_not_checked_again(evaluating, granada):
    evaluating.close_call()
    evaluating.check(granada)

    with pytest.raises(NotAllowedNow):
        evaluating.services.checks.answer(
            granada, "complete", met=False, reason="No.", by=evaluating.world.helena
        )


def test_the_reason_of_an_exclusion_is_in_the_ledger(evaluating, granada):
    evaluating.close_call()
    evaluating.check(granada, letter="There is no letter.")

    last = history(evaluating.session, kind="proposal", reference=granada.reference)[-1]

    assert (last.action, last.reason) == ("exclude", "There is no letter.")

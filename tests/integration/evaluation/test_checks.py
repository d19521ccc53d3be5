"""The eligibility check, item by item, and its conclusion."""

import pytest
import sqlalchemy as sa

from grants.ledger import LedgerEntry, history
from grants.rules.errors import Incomplete, NotAllowedNow
from grants.rules.workflow import ProposalStatus, StageKind, StageStatus


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


def test_the_stages_of_the_check_are_open_from_the_first_conclusion_to_the_last(evaluating):
    granada, mannheim, lodz = evaluating.three()
    evaluating.close_call()
    stages = {it.kind: it for it in evaluating.world.call.stages}
    formal, substance = stages[StageKind.ADMISSIBILITY], stages[StageKind.ELIGIBILITY]

    assert [it.position for it in evaluating.world.call.stages] == [1, 2, 3]
    assert {it.status for it in stages.values()} == {StageStatus.PLANNED}
    evaluating.check(granada)
    evaluating.check(mannheim, countries="Only one country.")
    assert (formal.status, substance.status) == (StageStatus.OPEN, StageStatus.OPEN)
    opened = formal.opened_at
    evaluating.check(lodz)

    assert (formal.status, substance.status) == (StageStatus.CLOSED, StageStatus.CLOSED)
    assert formal.opened_at == opened == evaluating.clock()
    steps = evaluating.session.scalars(
        sa.select(LedgerEntry.action).where(
            LedgerEntry.subject_kind == "stage",
            LedgerEntry.subject_reference == formal.reference,
        )
    )
    assert sorted(steps) == ["close", "open"]


def test_checks_end_with_the_last_that_was_withdrawn_unchecked_once_reviews_begin(evaluating):
    granada, mannheim, lodz = evaluating.three()
    evaluating.close_call()
    evaluating.check(granada)
    for proposal in (mannheim, lodz):
        evaluating.services.proposals.withdraw(proposal, by=proposal.started_by)
    evaluating.services.stages.open(evaluating.world.call, by=evaluating.world.helena)
    evaluating.session.commit()

    found = [(it.kind.value, it.status.value) for it in evaluating.world.call.stages]
    assert found == [
        ("admissibility", "closed"),
        ("eligibility", "closed"),
        ("individual_review", "open"),
    ]

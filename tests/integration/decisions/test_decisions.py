"""Decisions: with reasons, within the envelope, and told once."""

from dataclasses import replace

import pytest
from sqlalchemy.exc import IntegrityError

from grants.decisions.models import Decision
from grants.rules.errors import Incomplete, NotAllowedNow, OutOfDate, Refused
from grants.rules.events import LetterSent
from grants.rules.workflow import DecisionKind as Kind
from grants.rules.workflow import Interest, ProposalStatus
from tests.support.awarding import failed
from tests.support.evaluating import HALVES

pytestmark = pytest.mark.both_databases


@pytest.fixture
def three(evaluating):
    return evaluating.rank_three()


@pytest.fixture
def decide(evaluating):
    """Decide as Helena does."""

    def deciding(proposal, kind, cents=None, **more):
        more = {"reasons": "Because.", "by": evaluating.world.helena} | more
        return evaluating.services.decisions.decide(proposal, kind, awarded_cents=cents, **more)

    return deciding


@pytest.fixture
def reserved(evaluating):
    """Granada is on the main list, Mannheim in reserve, Łódź below the threshold."""
    evaluating.world.call.envelope_cents = 6_000_000
    return evaluating.rank_three()


def test_an_award_is_decided_with_its_amount(evaluating, three, decide):
    decision = decide(three[0], Kind.AWARD, 4_000_000)

    assert (decision.awarded_cents, decision.departs) == (4_000_000, False)
    assert evaluating.services.decisions.money(evaluating.world.call).left == 8_000_000
    assert three[0].status is ProposalStatus.MAIN


def test_awards_never_exceed_the_envelope(evaluating, three, decide):
    it = evaluating.world
    it.call.envelope_cents = 8_000_000
    second = {"justification": "It costs less.", "signatory": it.viktor}
    decide(three[0], Kind.AWARD, 4_000_000)

    with pytest.raises(Refused, match="does not fit"):
        decide(three[1], Kind.AWARD, 4_000_001)
    decide(three[1], Kind.AWARD, 4_000_000, **second)
    decide(three[0], Kind.AWARD, 3_000_000, **second)

    assert evaluating.services.decisions.money(evaluating.world.call).awarded == 7_000_000


def test_an_award_is_never_larger_than_the_request(three, decide):
    with pytest.raises(Refused, match="cannot exceed the amount requested"):
        decide(three[0], Kind.AWARD, 4_000_001)


@pytest.mark.parametrize("cents", [None, 0])
def test_an_award_needs_an_amount(three, decide, cents):
    with pytest.raises(Incomplete):
        decide(three[0], Kind.AWARD, cents)


def test_a_decision_needs_reasons_and_conditions_where_it_has_some(three, decide):
    with pytest.raises(Incomplete, match="reasons"):
        decide(three[0], Kind.AWARD, 1, reasons=" ")
    with pytest.raises(Incomplete, match="conditions"):
        decide(three[0], Kind.AWARD_WITH_CONDITIONS, 1)


@pytest.mark.parametrize("kind", [Kind.AWARD, Kind.RESERVE, Kind.REJECT_BUDGET])
def test_below_the_threshold_there_is_one_decision(three, decide, kind):
    with pytest.raises(Refused):
        decide(three[2], kind, 1)
    assert decide(three[2], Kind.REJECT_THRESHOLD).awarded_cents is None


def test_an_award_from_the_reserve_needs_a_second_signatory(evaluating, reserved, decide):
    it, mannheim = evaluating.world, reserved[1]
    assert mannheim.status is ProposalStatus.RESERVE

    with pytest.raises(Incomplete, match="State why"):
        decide(mannheim, Kind.AWARD, 2_000_000)
    with pytest.raises(Incomplete, match="second signatory"):
        decide(mannheim, Kind.AWARD, 2_000_000, justification="Granada needs less.")
    for wrong in (it.helena, it.stranger, it.olga):
        with pytest.raises(Refused, match="another manager"):
            decide(mannheim, Kind.AWARD, 2_000_000, justification="So.", signatory=wrong)


def test_a_departure_is_sent_only_when_it_is_signed(evaluating, reserved, decide):
    it, mannheim, decisions = evaluating.world, reserved[1], evaluating.services.decisions
    decision = decide(
        mannheim, Kind.AWARD, 2_000_000, justification="Granada needs less.", signatory=it.viktor
    )

    assert decisions.send_letters(it.call, by=it.helena) == 0
    with pytest.raises(Refused, match="Only the second signatory"):
        decisions.countersign(decision, by=it.helena)
    decisions.countersign(decision, by=it.viktor)

    assert decisions.send_letters(it.call, by=it.helena) == 1
    assert mannheim.status is ProposalStatus.AWARDED


def test_who_has_an_interest_in_the_call_signs_nothing(evaluating, reserved, decide):
    it, (granada, mannheim, _lodz) = evaluating.world, reserved
    evaluating.services.interests.declare(it.viktor, granada, Interest.DISQUALIFYING, "My city.")

    assert evaluating.services.decisions.signatories(it.call, but=it.helena) == []
    with pytest.raises(Refused, match="another manager"):
        decide(mannheim, Kind.AWARD, 1_000_000, justification="So.", signatory=it.viktor)


def test_letters_leave_once_and_move_everything(evaluating, three, decide):
    heard, it = [], evaluating.world
    decisions = replace(evaluating.services, publish=heard.append).decisions
    decide(three[0], Kind.AWARD, 4_000_000)
    decide(three[1], Kind.AWARD_WITH_CONDITIONS, 5_000_000, conditions="A new budget.")
    decide(three[2], Kind.REJECT_THRESHOLD)

    assert decisions.desk(it.call).to_decide == 0
    assert decisions.send_letters(it.call, by=it.helena) == 3
    assert decisions.send_letters(it.call, by=it.helena) == 0

    sent = [each for each in heard if isinstance(each, LetterSent)]
    assert [each.proposal for each in sent] == list(three)
    assert [each.status for each in three] == [
        ProposalStatus.AWARDED,
        ProposalStatus.AWARDED,
        ProposalStatus.REJECTED,
    ]


def test_a_decision_stands_once_its_letter_is_sent(evaluating, three, decide):
    decide(three[0], Kind.AWARD, 4_000_000)
    decide(three[0], Kind.AWARD_WITH_CONDITIONS, 4_000_000, conditions="A new budget.")
    evaluating.services.decisions.send_letters(evaluating.world.call, by=evaluating.world.helena)

    with pytest.raises(NotAllowedNow):
        decide(three[0], Kind.AWARD, 4_000_000)


def test_the_reserve_is_told_and_may_be_called_later(evaluating, reserved, decide):
    it, mannheim, decisions = evaluating.world, reserved[1], evaluating.services.decisions
    told = decide(mannheim, Kind.RESERVE)
    assert decisions.send_letters(it.call, by=it.helena) == 1
    assert mannheim.status is ProposalStatus.RESERVE
    evaluating.services.letter_papers.keep(told)

    called = decide(
        mannheim, Kind.AWARD, 2_000_000, justification="Granada gave up.", signatory=it.viktor
    )
    decisions.countersign(called, by=it.viktor)

    assert decisions.send_letters(it.call, by=it.helena) == 1
    assert mannheim.status is ProposalStatus.AWARDED


def test_an_agreement_that_failed_gives_its_money_back(evaluating, three, decide):
    granada = three[0]
    decide(granada, Kind.AWARD, 4_000_000)
    evaluating.session.add(failed(granada, 4_000_000, at=evaluating.clock()))
    evaluating.session.flush()

    assert evaluating.services.decisions.money(evaluating.world.call).awarded == 0


def test_a_letter_has_exact_scores_and_nobodys_name(evaluating, three):
    facts = evaluating.services.decisions.letter_facts(three[1])

    assert [(each.code, each.score, each.weight, each.threshold) for each in facts.criteria] == [
        ("excellence", "4.00", "1", "3"),
        ("impact", "4.00", "1.5", "3"),
        ("implementation", "4.00", "1", "3"),
    ]
    assert (facts.total, facts.maximum) == ("14.00", "17.50")
    assert (facts.overall, facts.overall_threshold, facts.overall_missed) == (
        "12.00",
        "10.00",
        False,
    )
    assert all(len(each.comments) == 3 for each in facts.criteria)
    assert "For the fund only." not in str(facts.comments)


def test_what_fell_short_never_looks_as_if_it_passed(evaluating):
    """Reviews of 3, 3 and 2.5 come to 2.8333...: shown as 2.83, and below three."""
    granada, *_ = evaluating.three()
    stage = evaluating.open_stage(granada, *_)
    for assignment, low in zip(evaluating.assign(stage, granada), (5, 6, 6), strict=True):
        evaluating.review(assignment, HALVES | {"impact": low})
    for assignment in evaluating.assign(stage, *_):
        evaluating.review(assignment)
    evaluating.close_stage(stage)

    impact = evaluating.services.decisions.letter_facts(granada).criteria[1]

    assert (impact.score, impact.missed) == ("2.83", True)


def test_comments_come_in_an_order_that_tells_nothing_of_who_wrote_them(evaluating):
    """Each criterion has an order of its own, the same whoever wrote which review."""
    granada, *others = evaluating.three()
    stage = evaluating.open_stage(granada, *others)
    for assignment in evaluating.assign(stage, granada, *others):
        evaluating.review(assignment)
    evaluating.close_stage(stage)
    before = evaluating.services.decisions.letter_facts(granada)

    reviews = evaluating.services.stages.locked_reviews(stage)[granada.id]
    first, second, _third = reviews
    for mark, other in zip(first.marks, second.marks, strict=True):
        mark.comment, other.comment = other.comment, mark.comment
    first.overall_comment, second.overall_comment = second.overall_comment, first.overall_comment
    evaluating.session.commit()
    after = evaluating.services.decisions.letter_facts(granada)

    assert after == before


def test_an_excluded_proposal_is_told_what_was_not_met(evaluating, decide):
    granada, *_ = evaluating.three()
    evaluating.close_call()
    evaluating.check(granada, letter="There is no letter.")
    decide(granada, Kind.REJECT_OTHER)

    facts = evaluating.services.decisions.letter_facts(granada)

    assert facts.not_met == (("The mayor's letter is attached.", "There is no letter."),)
    assert (facts.criteria, facts.total) == ((), "")


def test_what_is_decided_anew_leaves_the_former_as_it_was(evaluating, three, decide):
    decisions, granada = evaluating.services.decisions, three[0]
    first = decide(granada, Kind.AWARD, 4_000_000, reasons="Ranked first.")
    second = decide(
        granada, Kind.AWARD, 3_000_000, reasons="Less is enough.", **_signed(evaluating)
    )
    third = decide(granada, Kind.AWARD, 4_000_000, reasons="As ranked.")

    assert [(it.number, it.is_current) for it in (first, second, third)] == [
        (1, False),
        (2, False),
        (3, True),
    ]
    assert (first.reasons, first.awarded_cents) == ("Ranked first.", 4_000_000)
    assert (second.reasons, second.justification) == ("Less is enough.", "They agree.")
    assert decisions.of(granada) is third
    assert list(decisions.before(third)) == [first, second]
    assert decisions.money(evaluating.world.call).awarded == 4_000_000
    assert decisions.desk(evaluating.world.call).decided == 1


def test_a_former_decision_cannot_be_changed(evaluating, three, decide):
    first = decide(three[0], Kind.AWARD, 4_000_000)
    decide(three[0], Kind.AWARD, 4_000_000, reasons="In other words.")

    first.reasons = "Something else."
    with pytest.raises(ValueError, match="stays as it was made"):
        evaluating.session.flush()


def test_nobody_signs_what_was_decided_anew_meanwhile(evaluating, three, decide):
    it, decisions = evaluating.world, evaluating.services.decisions
    first = decide(three[0], Kind.AWARD, 3_000_000, **_signed(evaluating))
    second = decide(three[0], Kind.AWARD, 2_000_000, **_signed(evaluating))

    with pytest.raises(OutOfDate):
        decisions.countersign(first, by=it.viktor)

    assert (first.signed_at, second.signed_at) == (None, None)


def test_one_decision_alone_stands(evaluating, three, decide):
    first = decide(three[0], Kind.AWARD, 4_000_000)
    more = {"reasons": "Twice.", "decided_at": first.decided_at, "decided_by": first.decided_by}
    evaluating.session.add(Decision(proposal=three[0], number=2, kind=Kind.AWARD, **more))

    with pytest.raises(IntegrityError):
        evaluating.session.flush()


def _signed(evaluating):
    return {"justification": "They agree.", "signatory": evaluating.world.viktor}

"""What the ranking offers: to the main list, and in its turn to the reserve list."""

import pytest
from sqlalchemy.exc import IntegrityError

from grants.decisions.models import ReserveDraw
from grants.ledger import LedgerEntry
from grants.oversight.verification import draw_seeds
from grants.oversight.verification.entries import Entries
from grants.rules.errors import Incomplete, Refused
from grants.rules.scoring import drawn_order
from grants.rules.workflow import DecisionKind as Kind
from grants.rules.workflow import ProposalStatus
from tests.support.awarding import failed
from tests.support.evaluating import HALVES


@pytest.fixture
def ranked(evaluating):
    """Rank proposals by what they ask for and their scores, under a list rule and an envelope."""

    def ranking(*asked, envelope, rule="STRICT_STOP"):
        it = evaluating.world
        it.call.rules = it.call.rules | {"list_rule": rule}
        it.call.envelope_cents = envelope
        it.call.largest_cents = min(it.call.largest_cents, envelope)
        proposals = [
            evaluating.submit(it.granada, it.lucia, f"No. {n}", cents)
            for n, (cents, _halves) in enumerate(asked)
        ]
        stage = evaluating.open_stage(*proposals)
        scores = [dict.fromkeys(HALVES, halves) for _cents, halves in asked]
        evaluating.review_all(stage, list(zip(proposals, scores, strict=True)))
        evaluating.close_stage(stage)
        evaluating.rank()
        return proposals

    return ranking


@pytest.fixture
def decide(evaluating):
    """Decide as Helena does; `second`: with a justification, to be signed by Viktor."""

    def deciding(proposal, kind, cents=None, *, second=False, signed=False):
        it, decisions = evaluating.world, evaluating.services.decisions
        more = {"justification": "So.", "signatory": it.viktor} if second or signed else {}
        made = decisions.decide(
            proposal, kind, awarded_cents=cents, reasons="Because.", by=it.helena, **more
        )
        if signed:
            decisions.countersign(made, by=it.viktor)
        return made

    return deciding


@pytest.fixture
def fail(evaluating):
    """Have the agreement of an award fail, so that its money is free."""

    def failing(proposal, cents):
        evaluating.session.add(failed(proposal, cents, at=evaluating.clock()))
        evaluating.session.flush()

    return failing


def offers(evaluating, proposals):
    return [evaluating.services.decisions.offer(it).cents for it in proposals]


def test_an_award_below_what_is_offered_takes_two(evaluating, ranked, decide):
    [one] = ranked((3_000_000, 9), envelope=12_000_000)

    with pytest.raises(Incomplete, match="departs from the ranking"):
        decide(one, Kind.AWARD, 2_000_000)
    assert decide(one, Kind.AWARD, 2_000_000, second=True).departs
    assert not decide(one, Kind.AWARD, 3_000_000).departs


@pytest.mark.parametrize("cents", [1, 999_999])
def test_an_award_below_the_smallest_grant_is_refused_whoever_signs(ranked, decide, cents):
    [one] = ranked((3_000_000, 9), envelope=12_000_000)

    with pytest.raises(Refused, match="smallest grant"):
        decide(one, Kind.AWARD, cents, second=True)


def test_the_next_in_order_is_called_by_one_and_a_jump_takes_two(evaluating, ranked, decide, fail):
    first, second, third = ranked(
        (4_000_000, 10), (3_000_000, 9), (2_000_000, 8), envelope=4_500_000
    )
    decide(first, Kind.AWARD, 4_000_000)
    assert offers(evaluating, (first, second, third)) == [4_000_000, 0, 0]
    fail(first, 4_000_000)

    assert offers(evaluating, (second, third)) == [3_000_000, 0]
    with pytest.raises(Incomplete, match="departs from the ranking"):
        decide(third, Kind.AWARD, 2_000_000)
    assert not decide(second, Kind.AWARD, 3_000_000).departs
    assert decide(third, Kind.RESERVE).departs is False


def test_money_that_the_main_list_waits_for_is_not_free(evaluating, ranked, decide):
    first, second = ranked((4_000_000, 10), (3_000_000, 9), envelope=6_000_000)

    assert offers(evaluating, (second,)) == [0]
    decide(first, Kind.REJECT_OTHER, second=True)
    assert offers(evaluating, (second,)) == [0]
    decide(first, Kind.REJECT_OTHER, signed=True)
    assert offers(evaluating, (second,)) == [3_000_000]


def test_the_queue_is_not_jumped_by_turning_the_next_one_away(evaluating, ranked, decide, fail):
    first, second, third = ranked(
        (4_000_000, 10), (3_000_000, 9), (2_000_000, 8), envelope=4_000_000
    )
    decide(first, Kind.AWARD, 4_000_000)
    assert not decide(second, Kind.REJECT_BUDGET).departs
    fail(first, 4_000_000)

    assert offers(evaluating, (third,)) == [0]
    with pytest.raises(Incomplete, match="departs from the ranking"):
        decide(second, Kind.REJECT_BUDGET)
    with pytest.raises(Incomplete, match="departs from the ranking"):
        decide(third, Kind.AWARD, 2_000_000)


def test_later_ones_that_fit_move_up_where_the_call_says_so(evaluating, ranked, decide, fail):
    first, second, third = ranked(
        (4_000_000, 10), (5_000_000, 9), (1_500_000, 8), envelope=4_500_000, rule="SKIP_FILL"
    )
    decide(first, Kind.AWARD, 4_000_000)
    fail(first, 4_000_000)

    assert offers(evaluating, (second, third)) == [0, 1_500_000]
    assert not decide(third, Kind.AWARD, 1_500_000).departs


def test_a_reduced_offer_is_what_the_ranking_says_and_the_request_departs(
    evaluating, ranked, decide
):
    first, second = ranked(
        (4_000_000, 10), (3_000_000, 9), envelope=6_000_000, rule="OFFER_REDUCED"
    )
    assert second.status is ProposalStatus.MAIN

    assert offers(evaluating, (first, second)) == [4_000_000, 2_000_000]
    assert not decide(second, Kind.AWARD, 2_000_000).departs
    with pytest.raises(Incomplete, match="departs from the ranking"):
        decide(second, Kind.AWARD, 1_900_000)


@pytest.fixture
def level(ranked, decide, fail):
    """Two are level on the reserve list, and money for one of them came free."""
    first, second, third = ranked(
        (4_000_000, 10), (3_000_000, 9), (3_000_000, 9), envelope=4_000_000
    )
    decide(first, Kind.AWARD, 4_000_000)
    fail(first, 4_000_000)
    return second, third


def test_a_tie_in_the_reserve_is_drawn_once_it_matters(evaluating, level, decide, session):
    it, services = evaluating.world, evaluating.services
    second, third = level
    tied = (second.reference, third.reference)
    assert services.decisions.offer(second).tie == tied
    with pytest.raises(Incomplete, match="departs from the ranking"):
        decide(third, Kind.AWARD, 3_000_000)
    seen = services.rankings.of(it.call).sha256
    with pytest.raises(Refused, match="every proposal of one open tie"):
        services.reserve_draws.hold(it.call, tied[:1], reason="By lot.", by=it.helena)

    services.reserve_draws.hold(it.call, tied[::-1], reason="By lot.", by=it.helena)

    assert offers(evaluating, (second, third)) == [0, 3_000_000]
    assert not decide(third, Kind.AWARD, 3_000_000).departs
    assert services.rankings.of(it.call).sha256 == seen
    assert services.reserve_draws.tie_to_draw(it.call) == ()
    session.commit()
    [entry] = session.query(LedgerEntry).filter_by(action="draw").all()
    assert entry.payload["order"] == list(tied[::-1])


def test_a_tie_in_the_reserve_is_drawn_by_the_seed_of_the_call(
    evaluating, ranked, decide, fail, session
):
    it, services = evaluating.world, evaluating.services
    it.call.rules = it.call.rules | {"draw": "SEED"}
    first, *level = ranked((4_000_000, 10), (3_000_000, 9), (3_000_000, 9), envelope=4_000_000)
    decide(first, Kind.AWARD, 4_000_000)
    fail(first, 4_000_000)
    tied = services.reserve_draws.tie_to_draw(it.call)
    with pytest.raises(Refused, match="Nobody types it in"):
        services.reserve_draws.hold(it.call, tied, reason="By lot.", by=it.helena)
    with pytest.raises(Refused, match="every proposal of one open tie"):
        services.reserve_draws.hold_by_seed(it.call, tied[:1], by=it.helena)

    held = services.reserve_draws.hold_by_seed(it.call, tied, by=it.helena)

    assert tuple(held.order) == drawn_order(held.seed, tied)
    by_reference = {each.reference: each for each in level}
    drawn = [by_reference[reference] for reference in held.order]
    assert offers(evaluating, drawn) == [3_000_000, 0]
    assert list(draw_seeds.findings(session, Entries.read(session))) == []
    held.order = held.order[::-1]
    session.flush()
    [found] = draw_seeds.findings(session, Entries.read(session))
    assert found.what == "the order of a draw is not what its seed gives"


def test_where_the_money_reaches_all_nobody_draws(evaluating, level):
    evaluating.world.call.envelope_cents = 6_000_000

    assert offers(evaluating, level) == [3_000_000, 3_000_000]
    assert evaluating.services.reserve_draws.tie_to_draw(evaluating.world.call) == ()


def test_a_draw_says_how_it_was_held(evaluating, level, session):
    it, rankings = evaluating.world, evaluating.services.rankings
    draws = evaluating.services.reserve_draws
    tied = draws.tie_to_draw(it.call)
    with pytest.raises(Incomplete, match="how the draw was held"):
        draws.hold(it.call, tied, reason=" ", by=it.helena)
    session.add(
        ReserveDraw(
            ranking=rankings.of(it.call),
            order=list(tied),
            reason="",
            held_at=evaluating.clock(),
            held_by=it.helena,
        )
    )
    with pytest.raises(IntegrityError, match="reserve_draw_reason"):
        session.flush()

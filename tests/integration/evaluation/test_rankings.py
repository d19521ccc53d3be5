"""Rankings: from final reviews, with draws where proposals are level, adopted once."""

import pytest

from grants.evaluation.models import Ranking
from grants.evaluation.queries import stored_rankings
from grants.rules import scoring
from grants.rules.errors import NotAllowedNow, OutOfDate, Refused
from grants.rules.scoring import Entry, Rules
from grants.rules.workflow import DecisionKind, ProposalStatus, RankingStatus
from tests.support.evaluating import HALVES

pytestmark = pytest.mark.both_databases

GOOD = dict.fromkeys(HALVES, 9)
POOR = dict.fromkeys(HALVES, 4)


@pytest.fixture
def level(evaluating):
    """Granada and Mannheim are level; the envelope pays for one of them; Łódź is above both."""
    granada, mannheim, lodz = evaluating.three()
    evaluating.world.call.envelope_cents = 11_000_000
    stage = evaluating.open_stage(granada, mannheim, lodz)
    evaluating.review_all(stage, [(granada, HALVES), (mannheim, HALVES), (lodz, GOOD)])
    evaluating.close_stage(stage)
    return granada, mannheim, lodz


def test_only_final_reviews_are_ranked(evaluating):
    evaluating.open_stage(*evaluating.three())

    with pytest.raises(NotAllowedNow, match="Close the last stage first"):
        evaluating.services.rankings.compute(evaluating.world.call, by=evaluating.world.helena)


def test_adopting_puts_everything_where_it_belongs(evaluating):
    granada, mannheim, lodz = evaluating.rank_three()

    assert (granada.status, mannheim.status) == (ProposalStatus.MAIN, ProposalStatus.MAIN)
    assert lodz.status is ProposalStatus.BELOW_THRESHOLD
    ranking = evaluating.services.rankings.of(evaluating.world.call)
    assert ranking.status is RankingStatus.ADOPTED
    assert [place["reference"] for place in ranking.result["places"]] == [
        granada.reference,
        mannheim.reference,
        lodz.reference,
    ]


def test_adopting_twice_is_adopting_once_and_nothing_follows_it(evaluating):
    evaluating.rank_three()
    rankings, it = evaluating.services.rankings, evaluating.world
    adopted = rankings.of(it.call)

    assert rankings.adopt(it.call, seen=adopted.sha256, by=it.helena) is adopted
    with pytest.raises(NotAllowedNow, match="is final"):
        rankings.compute(it.call, by=it.helena)


def test_the_same_bytes_come_out_of_what_was_kept(evaluating):
    evaluating.rank_three()
    evaluating.session.expire_all()
    ranking = evaluating.services.rankings.of(evaluating.world.call)

    again = stored_rankings.recomputed(ranking.inputs)

    assert evaluating.services.rankings.holds(ranking)
    assert scoring.to_dict(again) == ranking.result


def test_a_run_that_was_tampered_with_does_not_hold(evaluating):
    evaluating.rank_three()
    ranking = evaluating.services.rankings.of(evaluating.world.call)
    entries = ranking.inputs["entries"]

    ranking.inputs = ranking.inputs | {
        "entries": [entries[0] | {"requested_cents": 1}, *entries[1:]]
    }

    assert not evaluating.services.rankings.holds(ranking)


@pytest.mark.usefixtures("level")
def test_a_tie_that_decides_money_is_not_adopted(evaluating):
    rankings, it = evaluating.services.rankings, evaluating.world
    ranking = rankings.compute(it.call, by=it.helena)

    assert ranking.result["needs_draw"]
    with pytest.raises(Refused, match="draw"):
        rankings.adopt(it.call, seen=ranking.sha256, by=it.helena)


def test_a_recorded_draw_separates_the_tie(evaluating, level):
    granada, mannheim, lodz = level
    rankings, it = evaluating.services.rankings, evaluating.world
    first = rankings.compute(it.call, by=it.helena)

    order = [mannheim.reference, granada.reference]
    drawn = rankings.draw(it.call, order, reason="Drawn before witnesses.", by=it.helena)
    with pytest.raises(OutOfDate, match="computed the ranking again"):
        rankings.adopt(it.call, seen=first.sha256, by=it.helena)
    rankings.adopt(it.call, seen=drawn.sha256, by=it.helena)

    assert (first.status, drawn.status) == (RankingStatus.SUPERSEDED, RankingStatus.ADOPTED)
    assert (drawn.number, drawn.draws[0]["order"]) == (2, order)
    assert [each.status for each in (lodz, mannheim, granada)] == [
        ProposalStatus.MAIN,
        ProposalStatus.MAIN,
        ProposalStatus.RESERVE,
    ]


@pytest.mark.parametrize("order", [(0,), (0, 0), (0, 2), (0, 1, 2)])
def test_a_draw_names_one_open_tie_and_nothing_else(evaluating, level, order):
    rankings, it = evaluating.services.rankings, evaluating.world
    rankings.compute(it.call, by=it.helena)

    with pytest.raises(Refused, match="every proposal of one open tie"):
        rankings.draw(it.call, [level[i].reference for i in order], reason="Lots.", by=it.helena)


def test_draws_stay_when_the_ranking_is_computed_again(evaluating, level):
    granada, mannheim, _lodz = level
    rankings, it = evaluating.services.rankings, evaluating.world
    rankings.compute(it.call, by=it.helena)
    order = [granada.reference, mannheim.reference]
    drawn = rankings.draw(it.call, order, reason="Lots.", by=it.helena)

    again = rankings.compute(it.call, by=it.viktor)

    assert (again.sha256, again.number) == (drawn.sha256, 3)


def test_a_withdrawal_after_the_computation_is_noticed(evaluating, level):
    granada, *_ = level
    rankings, it = evaluating.services.rankings, evaluating.world
    rankings.compute(it.call, by=it.helena)
    order = [each.reference for each in level[:2]]
    seen = rankings.draw(it.call, order, reason="Lots.", by=it.helena).sha256
    granada.status, granada.withdrawn_at = ProposalStatus.WITHDRAWN, evaluating.clock()
    evaluating.session.flush()

    with pytest.raises(OutOfDate):
        rankings.adopt(it.call, seen=seen, by=it.helena)
    seen = rankings.compute(it.call, by=it.helena).sha256
    assert rankings.adopt(it.call, seen=seen, by=it.helena).status is RankingStatus.ADOPTED


def test_there_is_something_to_adopt_and_to_rank(evaluating):
    rankings, it = evaluating.services.rankings, evaluating.world
    with pytest.raises(NotAllowedNow, match="Compute"):
        rankings.adopt(it.call, seen="", by=it.helena)

    three = evaluating.three()
    stage = evaluating.open_stage(*three)
    evaluating.review_all(stage, [(each, HALVES) for each in three])
    evaluating.close_stage(stage)
    for proposal in three:
        proposal.status, proposal.withdrawn_at = ProposalStatus.WITHDRAWN, evaluating.clock()
    evaluating.session.flush()
    with pytest.raises(Refused, match="nothing to rank"):
        rankings.compute(it.call, by=it.helena)


@pytest.mark.usefixtures("level")
def test_what_is_kept_reads_back(evaluating):
    """The inputs survive the database's JSON, whatever the order of rows in it."""
    ranking = evaluating.services.rankings.compute(
        evaluating.world.call, by=evaluating.world.helena
    )
    evaluating.session.commit()
    evaluating.session.expire_all()
    kept = evaluating.session.get(Ranking, ranking.id)
    rules = Rules.from_dict(kept.inputs["rules"])
    entries = [
        Entry(
            reference=each["reference"],
            reviews=tuple(reversed(each["reviews"])),
            requested_cents=each["requested_cents"],
        )
        for each in reversed(kept.inputs["entries"])
    ]

    assert scoring.digest(scoring.rank(rules, entries)) == kept.sha256


def test_what_is_rejected_before_the_ranking_is_adopted_stays_in_it(evaluating):
    it, services = evaluating.world, evaluating.services
    three = evaluating.three()
    stage = evaluating.open_stage(*three)
    scores = [dict.fromkeys(HALVES, halves) for halves in (9, 8, 4)]
    evaluating.review_all(stage, list(zip(three, scores, strict=True)))
    evaluating.close_stage(stage)
    seen = services.rankings.compute(it.call, by=it.helena).sha256

    kind = DecisionKind.REJECT_THRESHOLD
    services.decisions.decide(three[2], kind, reasons="Below the threshold.", by=it.viktor)
    services.decisions.send_letters(it.call, by=it.viktor)

    adopted = services.rankings.adopt(it.call, seen=seen, by=it.helena)
    references = [place["reference"] for place in adopted.result["places"]]
    assert references == [proposal.reference for proposal in three]
    assert three[2].status is ProposalStatus.REJECTED

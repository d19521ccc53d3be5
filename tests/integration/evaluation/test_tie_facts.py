"""Ties that facts of proposals end: ranked, kept, verified, and asked what if."""

import pytest

from grants.evaluation.queries import stored_rankings
from grants.rules import scoring
from tests.support.evaluating import HALVES

pytestmark = pytest.mark.both_databases


@pytest.fixture
def ranked(evaluating):
    """Granada asks for more than Mannheim, and both are level; the envelope pays for one."""

    def ranking(*ties):
        granada, mannheim, lodz = evaluating.three()
        call = evaluating.world.call
        call.rules = call.rules | {"tie_rules": list(ties)}
        granada.requested_cents, mannheim.requested_cents = 5_000_000, 3_000_000
        call.envelope_cents = 9_000_000
        stage = evaluating.open_stage(granada, mannheim, lodz)
        good = dict.fromkeys(HALVES, 9)
        evaluating.review_all(stage, [(granada, HALVES), (mannheim, HALVES), (lodz, good)])
        evaluating.close_stage(stage)
        return evaluating.services.rankings.compute(call, by=evaluating.world.helena)

    return ranking


def test_the_smaller_request_ends_a_tie_and_no_draw_is_needed(evaluating, ranked):
    ranking = ranked("fact:request", "impact")

    places = ranking.result["places"]
    assert [(it["rank"], it.get("separated_by")) for it in places] == [
        (1, None),
        (2, "fact:request"),
        (3, "fact:request"),
    ]
    assert places[1]["requested_cents"] < places[2]["requested_cents"]
    assert not ranking.summary["needs_draw"]
    assert "country" not in ranking.inputs["entries"][0]
    assert evaluating.services.rankings.holds(ranking)


def test_countries_are_kept_with_what_was_ranked_where_a_rule_uses_them(evaluating, ranked):
    ranking = ranked("fact:new_country", "fact:request")

    countries = {it["country"] for it in ranking.inputs["entries"]}
    assert countries == {"ES", "DE", "PL"}
    again = stored_rankings.recomputed(ranking.inputs)
    assert scoring.digest(again) == ranking.sha256
    assert evaluating.services.rankings.again(ranking).same


def test_what_if_separates_ties_as_the_ranking_does(evaluating, ranked):
    ranking = ranked("fact:new_topic", "fact:request")
    analysis = evaluating.services.ranking_analyses.of(ranking)

    found = analysis.under(analysis.rules)
    assert not found.changes
    kept = [(it["reference"], it["rank"]) for it in ranking.result["places"]]
    assert [(it.reference, it.rank) for it in found.places] == kept


def test_the_award_report_names_who_was_separated_by_what(evaluating, ranked):
    ranking = ranked("fact:request")
    call, helena = evaluating.world.call, evaluating.world.helena
    evaluating.services.rankings.adopt(call, seen=ranking.sha256, by=helena)

    audit = evaluating.services.award_reports.report(call).audit

    names = ", ".join(it["reference"] for it in ranking.result["places"][1:])
    assert audit.separated == [("smaller request", names)]
    assert evaluating.services.award_reports.pdf(call)[:5] == b"%PDF-"

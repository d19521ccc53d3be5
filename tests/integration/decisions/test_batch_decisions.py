"""Many decisions at once: as the ranking says, all or nothing, and each a decision like any."""

import pytest

from grants.rules.errors import Incomplete, Refused
from grants.rules.workflow import DecisionKind, ProposalStatus

S = ProposalStatus


@pytest.fixture
def ranked(evaluating):
    return evaluating.rank_three()


def test_what_waits_is_listed_with_what_the_ranking_says(ranked, evaluating):
    granada, mannheim, lodz = ranked

    found = evaluating.services.batch_decisions.suggested(evaluating.world.call)

    assert [(it.proposal, it.kind, it.cents) for it in found] == [
        (granada, DecisionKind.AWARD, 4_000_000),
        (mannheim, DecisionKind.AWARD, 5_000_000),
        (lodz, DecisionKind.REJECT_THRESHOLD, None),
    ]


def test_they_are_decided_together_and_depart_from_nothing(ranked, evaluating):
    granada, mannheim, lodz = ranked
    it, batch = evaluating.world, evaluating.services.batch_decisions
    chosen = {S.MAIN: [granada.reference, mannheim.reference], S.BELOW_THRESHOLD: [lodz.reference]}

    made = batch.decide(
        it.call, chosen, {S.MAIN: "As ranked.", S.BELOW_THRESHOLD: "Below."}, by=it.helena
    )

    assert [each.departs for each in made] == [False] * 3
    assert [each.reasons for each in made] == ["As ranked.", "As ranked.", "Below."]
    assert batch.suggested(it.call) == []


def test_one_that_waits_no_more_stops_all_of_them(ranked, evaluating):
    granada, mannheim, _lodz = ranked
    it, services = evaluating.world, evaluating.services
    services.proposals.withdraw(mannheim, by=it.jonas)
    evaluating.session.commit()
    chosen = {S.MAIN: [mannheim.reference, granada.reference]}

    with pytest.raises(Refused, match=mannheim.reference):
        services.batch_decisions.decide(it.call, chosen, {S.MAIN: "As ranked."}, by=it.helena)

    assert services.decisions.of(granada) is None


@pytest.mark.parametrize(
    ("chosen", "reasons", "said"),
    [
        ({}, {}, "at least one"),
        ({S.MAIN: ["IUC-2020-001"]}, {S.MAIN: " "}, "Give the reasons"),
    ],
)
def test_nothing_ticked_and_no_reasons_are_refused(ranked, evaluating, chosen, reasons, said):
    it = evaluating.world
    with pytest.raises(Incomplete, match=said):
        evaluating.services.batch_decisions.decide(it.call, chosen, reasons, by=it.helena)

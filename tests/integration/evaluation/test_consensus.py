"""Consensus reports: begun with what reviews come to, written, answered, counted, verified."""

from fractions import Fraction

import pytest
import sqlalchemy as sa

from grants.decisions.queries.letter_facts import letter_facts
from grants.evaluation.models.consensus import ConsensusReport, ConsensusScore, ConsensusView
from grants.evaluation.queries.agreed_texts import AgreedScore, ConsensusDraft, draft_of, missing_of
from grants.ledger import verify
from grants.oversight.verification import evaluation
from grants.oversight.verification.entries import Entries
from grants.rules.errors import Incomplete, NotAllowedNow, OutOfDate, Refused
from grants.rules.workflow import ConsensusStatus, StageStatus

EVEN = {"excellence": 8, "impact": 8, "implementation": 8}


@pytest.fixture
def it(evaluating):
    return evaluating.world


@pytest.fixture
def consensus(evaluating):
    return evaluating.services.consensus


@pytest.fixture
def reviewed(evaluating, it):
    """Granada's reviews lie apart on impact: 2, 4 and 4.5; Mannheim's are alike."""
    it.call.rules = it.call.rules | {
        "divergence": {"criterion": "1.5"},
        "consensus": "DISAGREEING",
    }
    granada = evaluating.submit(it.granada, it.lucia, "Blockchain for circular cities")
    mannheim = evaluating.submit(it.mannheim, it.jonas, "Advanced manufacturing")
    stage = evaluating.open_stage(granada, mannheim)
    impact = {it.wei.id: 4, it.anna.id: 8, it.marc.id: 9}
    for assignment in evaluating.assign(stage, granada, mannheim):
        apart = assignment.proposal is granada
        given = EVEN | ({"impact": impact[assignment.reviewer_id]} if apart else {})
        evaluating.review(assignment, given)
    return stage, granada, mannheim


@pytest.fixture
def report(evaluating, consensus, it, reviewed):
    """Wei writes the report on Granada's proposal."""
    stage, granada, _mannheim = reviewed
    made = consensus.begin(stage, granada, it.wei, by=it.helena)
    evaluating.session.commit()
    return made


def agree(consensus, report, by, **halves):
    """Write all of a report: what the reviews come to, but for what is given."""
    began = draft_of(report)
    scores = {
        code: AgreedScore(
            halves=halves.get(code, each.halves),
            comment=f"Agreed on {code}.",
            departure="We read the annex again." if code in halves else "",
        )
        for code, each in began.scores.items()
    }
    consensus.save(report, ConsensusDraft(scores=scores), revision=0, tab="one", by=by)


def said(session):
    return [str(each) for each in evaluation.findings(session, Entries.read(session))]


def test_it_begins_with_the_mean_put_on_the_scale(report):
    assert report.seeds == {"excellence": "4", "impact": "7/2", "implementation": "4"}
    assert report.halves == {"excellence": 8, "impact": 7, "implementation": 8}
    assert report.status is ConsensusStatus.DRAFT


def test_only_a_proposal_whose_reviews_disagree_needs_one(consensus, it, reviewed):
    stage, granada, mannheim = reviewed

    rows = consensus.progress(stage)

    assert [(each.proposal, each.is_ready, each.report) for each in rows] == [(granada, True, None)]
    with pytest.raises(Refused, match="asks for no consensus report"):
        consensus.begin(stage, mannheim, it.wei, by=it.helena)


def test_the_stage_closes_only_once_it_is_final(evaluating, consensus, it, reviewed, report):
    stage, granada, mannheim = reviewed
    with pytest.raises(Refused, match="final consensus report"):
        evaluating.services.stages.close(stage, by=it.helena)
    agree(consensus, report, it.wei, impact=5)
    consensus.circulate(report, by=it.wei)
    consensus.answer(report, by=it.anna)
    assert report.status is ConsensusStatus.CIRCULATED
    consensus.answer(report, minority_view="The impact is higher.", by=it.marc)

    assert report.status is ConsensusStatus.FINAL
    evaluating.close_stage(stage)
    assert stage.status is StageStatus.CLOSED
    ranking = evaluating.rank()
    places = {each["reference"]: each for each in ranking.result["places"]}
    # 4 + 1.5 x 2.5 + 4 by what was agreed, where the reviews came to 4 + 1.5 x 3.5 + 4.
    assert places[granada.reference]["total"] == str(Fraction(47, 4))
    assert places[mannheim.reference]["total"] == "14"
    assert said(evaluating.session) == []
    assert verify(evaluating.session).ok
    facts = letter_facts(evaluating.session, granada, None)
    impact = next(each for each in facts.criteria if each.code == "impact")
    assert (impact.score, impact.comments) == ("2.50", ("Agreed on impact.",))


def test_a_departure_needs_its_reason(consensus, it, report):
    began = draft_of(report)
    scores = {
        code: AgreedScore(halves=5 if code == "impact" else each.halves, comment="So.")
        for code, each in began.scores.items()
    }
    consensus.save(report, ConsensusDraft(scores=scores), revision=0, tab="one", by=it.wei)

    assert missing_of(report) == ("Impact",)
    with pytest.raises(Incomplete, match="Impact"):
        consensus.circulate(report, by=it.wei)


def test_only_its_rapporteur_writes_and_only_reviewers_answer(consensus, it, report):
    with pytest.raises(NotAllowedNow):
        agree(consensus, report, it.anna)
    agree(consensus, report, it.wei)
    consensus.circulate(report, by=it.wei)
    with pytest.raises(NotAllowedNow):
        consensus.answer(report, by=it.helena)
    with pytest.raises(Refused, match="by circulating"):
        consensus.answer(report, by=it.wei)


def test_whoever_answered_does_not_answer_otherwise(consensus, it, report):
    agree(consensus, report, it.wei)
    consensus.circulate(report, by=it.wei)
    consensus.answer(report, by=it.anna)
    consensus.answer(report, by=it.anna)  # a double click

    with pytest.raises(OutOfDate):
        consensus.answer(report, minority_view="After all, no.", by=it.anna)


def test_revised_it_is_answered_anew_and_what_was_answered_is_kept(consensus, it, report):
    agree(consensus, report, it.wei)
    consensus.circulate(report, by=it.wei)
    consensus.answer(report, minority_view="The impact is higher.", by=it.anna)
    consensus.revise(report, by=it.wei)
    consensus.circulate(report, by=it.wei)

    assert report.answers == {}
    assert [each.minority_view for each in report.views] == ["The impact is higher."]
    assert {each.id for each in consensus.unanswered(report)} == {it.anna.id, it.marc.id}


def test_a_second_window_loses_nothing(consensus, it, report):
    agree(consensus, report, it.wei)

    with pytest.raises(OutOfDate):
        consensus.save(
            report, ConsensusDraft(overall_comment="Other."), revision=0, tab="two", by=it.wei
        )


def test_a_review_that_changes_stops_the_report(evaluating, consensus, it, reviewed, report):
    stage, granada, _mannheim = reviewed
    agree(consensus, report, it.wei)
    review = consensus.reviewed(stage, granada)[1]
    evaluating.services.reviews.reopen(review, reason="The tone.", by=it.helena)

    with pytest.raises(OutOfDate, match="has changed since"):
        consensus.circulate(report, by=it.wei)
    with pytest.raises(Incomplete):
        consensus.withdraw(report, reason=" ", by=it.helena)
    consensus.withdraw(report, reason="A review was reopened.", by=it.helena)
    assert consensus.of(stage, granada) is None


def test_who_does_not_answer_does_not_stop_the_stage(evaluating, consensus, it, report):
    agree(consensus, report, it.wei)
    consensus.circulate(report, by=it.wei)
    consensus.answer(report, by=it.anna)
    consensus.finalise(report, reason="Marc is ill.", by=it.helena)

    assert (report.status, report.reason) == (ConsensusStatus.FINAL, "Marc is ill.")
    assert said(evaluating.session) == []


def test_all_at_once_share_the_work(evaluating, consensus, it):
    it.call.rules = it.call.rules | {"consensus": "ALL"}
    three = evaluating.three()
    stage = evaluating.open_stage(*three)
    evaluating.review_all(stage, [(each, EVEN) for each in three])

    begun = consensus.begin_all(stage, by=it.helena)

    assert sorted(each.rapporteur.name for each in begun) == sorted(
        each.name for each in evaluating.reviewers
    )
    assert consensus.begin_all(stage, by=it.helena) == []


@pytest.mark.parametrize(
    ("altered", "what"),
    [
        (
            sa.update(ConsensusScore).where(ConsensusScore.code == "impact").values(halves=10),
            "scores",
        ),
        (sa.update(ConsensusScore).values(comment="Other."), "text"),
        (sa.update(ConsensusReport).values(seeds={"impact": "5"}), "began with"),
        (sa.update(ConsensusView).values(minority_view="Nothing."), "answers"),
        (sa.delete(ConsensusView), "answers"),
        (sa.update(ConsensusReport).values(status="withdrawn"), "withdrawn"),
        (sa.update(ConsensusReport).values(reviews=[]), "began with"),
    ],
)
def test_what_is_altered_past_the_ledger_is_named(evaluating, consensus, it, report, altered, what):
    agree(consensus, report, it.wei, impact=5)
    consensus.circulate(report, by=it.wei)
    for who in (it.anna, it.marc):
        consensus.answer(report, minority_view="The impact is higher.", by=who)
    evaluating.session.commit()
    assert said(evaluating.session) == []

    evaluating.session.execute(altered)
    evaluating.session.commit()
    evaluating.session.expire_all()

    assert any(what in each for each in said(evaluating.session))


def finish(consensus, report, it):
    agree(consensus, report, it.wei)
    consensus.circulate(report, by=it.wei)
    consensus.answer(report, by=it.anna)
    consensus.answer(report, minority_view="The impact is higher.", by=it.marc)


def test_what_all_agreed_is_not_undone_by_one_person(evaluating, consensus, it, reviewed, report):
    stage, granada, _mannheim = reviewed
    finish(consensus, report, it)
    with pytest.raises(NotAllowedNow, match="A final report stays"):
        consensus.withdraw(report, reason="I do not like it.", by=it.helena)

    review = consensus.reviewed(stage, granada)[1]
    evaluating.services.reviews.reopen(review, reason="The tone.", by=it.helena)
    assert said(evaluating.session) == [], "allowed while the stage is open"
    consensus.withdraw(report, reason="A review was reopened.", by=it.helena)


def test_a_double_click_circulates_once(consensus, it, report):
    agree(consensus, report, it.wei)
    consensus.circulate(report, by=it.wei)

    consensus.save(report, draft_of(report), revision=0, tab="one", by=it.wei)
    consensus.circulate(report, by=it.wei)

    assert report.round == 1


def test_whoever_reviewed_begins_no_report(evaluating, consensus, it, reviewed):
    stage, granada, _mannheim = reviewed

    with pytest.raises(NotAllowedNow, match="You reviewed this proposal yourself"):
        consensus.begin(stage, granada, it.anna, by=it.wei)


def test_closed_the_report_still_shows_who_answered_what(
    evaluating, consensus, it, reviewed, report
):
    stage, granada, _mannheim = reviewed
    finish(consensus, report, it)
    evaluating.close_stage(stage)

    there = consensus.reviewed(stage, granada)
    assert len(there) == 3
    assert consensus.is_current(report, there)


def test_it_begins_only_when_no_review_is_waited_for(evaluating, consensus, it, reviewed):
    stage, granada, _mannheim = reviewed
    own = {each.reviewer_id: each for each in consensus.reviewed(stage, granada)}
    stage.minimum_reviews = 2
    evaluating.services.reviews.reopen(own[it.marc.id], reason="A mark is missing.", by=it.helena)

    with pytest.raises(Refused, match="that have not come in: 1"):
        consensus.begin(stage, granada, it.wei, by=it.helena)
    assert [each.is_ready for each in consensus.progress(stage)] == [False]
    assert consensus.begin_all(stage, by=it.helena) == []

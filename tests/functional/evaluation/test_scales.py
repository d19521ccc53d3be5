"""Reviews by scales of their own: yes or no, 0 to 100, not assessed, comments only where needed."""

from fractions import Fraction

import pytest

from grants.evaluation.models import Assignment
from grants.evaluation.service.reviews import Draft, Score, draft_of, missing_in
from grants.oversight.verification import evaluation
from grants.oversight.verification.entries import Entries
from grants.rules.scoring import NotAScore
from grants.rules.workflow import AssignmentStatus, Interest

OPTIONS = {
    "excellence": {"scale": {"minimum_halves": 0, "maximum_halves": 200, "step_halves": 2}},
    "impact": {
        "not_assessed": "LEFT_OUT",
        "comment_below_halves": 6,
        "meanings": "5 Outstanding",
        "section": "Effect",
    },
    "implementation": {
        "scale": {"minimum_halves": 0, "maximum_halves": 2, "step_halves": 2},
        "comment_below_halves": 0,
    },
}


@pytest.fixture
def accepted(evaluating):
    """Wei accepted to review Granada's proposal under a call with scales of its own."""
    call = evaluating.world.call
    for criterion in call.criteria:
        criterion.options = OPTIONS[criterion.code]
        criterion.threshold_halves = None
    call.rules = call.rules | {
        "overall_threshold": "60",
        "sections": [{"section": "Effect", "threshold": "4"}],
    }
    it = evaluating.world
    granada = evaluating.submit(it.granada, it.lucia, "Blockchain for circular cities")
    stage = evaluating.open_stage(granada)
    assignments = evaluating.assign(stage, granada)
    for it in assignments:
        evaluating.services.reviews.declare(it, Interest.NONE, by=it.reviewer)
    evaluating.session.commit()
    return next(it for it in assignments if it.reviewer is evaluating.world.wei)


def name(code):
    return f"review-scores-{code}-score"


def text(page):
    return " ".join(page.html.find("main").text.split())


def test_each_criterion_offers_the_scores_of_its_scale(wei, accepted):
    page = wei.get(f"/reviews/{accepted.id}")
    form = page.forms["review"]

    labels = [it.text.strip() for it in page.html.select(f"#{name('implementation')} label")]
    assert labels == ["No score yet", "No", "Yes"]
    assert len(form["score"].options) == 102, "a list from 0 to 100"
    assert "Not assessed" in page.html.find(id=name("impact")).text
    impact = page.html.find(id="review-scores-impact").text
    assert "A comment is needed below 3." in impact
    assert "A reviewer may be unable to assess it" in impact
    assert "5 Outstanding" in impact
    assert "No comment is needed." in page.html.find(id="review-scores-implementation").text


def test_a_review_is_complete_without_the_comments_that_nobody_asks_for(evaluating, wei, accepted):
    form = wei.get(f"/reviews/{accepted.id}").forms["review"]
    form["score"] = "146"
    form[name("impact")] = "none"
    form[name("implementation")] = "2"
    page = form.submit("check", status=303).follow()

    missing = [it["href"] for it in page.html.select(".error-summary a")]
    assert missing == ["#review-scores-excellence-comment", "#review-scores-impact-comment"]
    form = page.forms["review"]
    assert (form["score"].value, form[name("impact")].value) == ("146", "none")
    form.get("comment", index=0).value = "Convincing."
    form.get("comment", index=1).value = "Not my field."
    page = form.submit("check", status=303).follow()

    assert "Excellence: 73" in text(page)
    assert "Impact: not assessed" in text(page)
    assert "Implementation: Yes" in text(page)
    next(it for it in page.forms.values() if it.action.endswith("/submit")).submit(status=303)
    evaluating.session.expire_all()
    kept = evaluating.session.get(Assignment, accepted.id)
    assert kept.status is AssignmentStatus.SUBMITTED
    assert draft_of(kept).scores["impact"] == Score(comment="Not my field.", not_assessed=True)


def test_the_list_names_what_is_missing_as_the_review_does(evaluating, wei, accepted):
    scores = {"excellence": Score(halves=100), "implementation": Score(halves=2)}
    evaluating.services.reviews.save(
        accepted, Draft(scores=scores), revision=0, tab="t", by=evaluating.world.wei
    )
    evaluating.session.commit()

    assert missing_in(accepted) == ("Excellence", "Impact")
    assert "Still missing: Excellence, Impact" in text(wei.get("/reviews"))


def test_where_it_is_not_allowed_nothing_is_left_out(evaluating, accepted):
    draft = Draft(scores={"excellence": Score(not_assessed=True)})

    with pytest.raises(NotAScore):
        evaluating.services.reviews.save(
            accepted, draft, revision=0, tab="t", by=evaluating.world.wei
        )


def test_the_ranking_follows_the_scales_and_verifies(evaluating, helena, accepted, session):
    reviews, stage = evaluating.services.reviews, accepted.stage
    given = {"Wei": (160, None, 2), "Anna": (150, 8, 2), "Marc": (140, 6, 0)}
    for assignment in session.query(Assignment).filter_by(stage_id=stage.id):
        who = assignment.reviewer
        excellence, impact, ready = given[who.name.split()[0]]
        scores = {
            "excellence": Score(halves=excellence, comment="So."),
            "impact": Score(halves=impact, comment="So.", not_assessed=impact is None),
            "implementation": Score(halves=ready),
        }
        reviews.save(assignment, Draft(scores=scores), revision=0, tab="t", by=who)
        reviews.submit(assignment, by=who)
    session.commit()
    evaluating.close_stage(stage)
    ranking = evaluating.rank()

    (place,) = ranking.result["places"]
    assert place["scores"] == {"excellence": "75", "impact": "7/2", "implementation": "2/3"}
    assert place["total"] == str(Fraction(75) + Fraction(3, 2) * Fraction(7, 2) + Fraction(2, 3))
    page = text(helena.get(f"/proposals/{accepted.proposal.reference}/reviewers"))
    assert "Impact: not assessed" in page
    assert "Implementation: No" in page
    assert list(evaluation.findings(session, Entries.read(session))) == []


def test_a_section_below_its_threshold_is_named_wherever_it_counts(
    evaluating, helena, accepted, session
):
    reviews, stage = evaluating.services.reviews, accepted.stage
    scores = {
        "excellence": Score(halves=160, comment="So."),
        "impact": Score(halves=5, comment="So."),
        "implementation": Score(halves=2),
    }
    for assignment in session.query(Assignment).filter_by(stage_id=stage.id):
        reviews.save(assignment, Draft(scores=scores), revision=0, tab="t", by=assignment.reviewer)
        reviews.submit(assignment, by=assignment.reviewer)
    session.commit()
    evaluating.close_stage(stage)
    ranking = evaluating.rank()

    assert ranking.result["places"][0]["failed"] == [
        {"code": "section:Effect", "score": "15/4", "threshold": "4", "missing": "1/4"}
    ]
    page = helena.get("/manage/calls/IUC-2020/ranking")
    assert "Effect" in page.html.find("table").text
    decision = text(helena.get(f"/proposals/{accepted.proposal.reference}/decision"))
    assert "Section Effect, by weights 3.75 7.50 – 4.00 Below the threshold" in decision

"""A reviewer's pages: the offer, the form, saving as one types, submitting, opening again."""

from urllib.parse import unquote

import pytest

from grants.evaluation.models import Assignment
from grants.evaluation.service.reviews import draft_of
from grants.ledger import LedgerEntry
from grants.rules.workflow import AssignmentStatus, Interest
from tests.support.evaluating import HALVES

CRITERIA = ("excellence", "impact", "implementation")


@pytest.fixture
def review(evaluating):
    """Wei's review of Granada's proposal, offered."""
    three = evaluating.three()
    made = evaluating.assign(evaluating.open_stage(*three), three[0])
    return next(each for each in made if each.reviewer is evaluating.world.wei)


@pytest.fixture
def accepted(evaluating, review):
    evaluating.services.reviews.declare(review, Interest.NONE, by=review.reviewer)
    evaluating.session.commit()
    return review


@pytest.fixture
def again(evaluating):
    """Read a review anew, as others left it."""

    def reading(review):
        evaluating.session.rollback()
        evaluating.session.expire_all()
        return evaluating.session.get(Assignment, review.id)

    return reading


def score(code):
    return f"review-scores-{code}-score"


def fill(form, halves="8", comment="A word."):
    for index, code in enumerate(CRITERIA):
        form[score(code)].value = halves
        form.get("comment", index=index).value = comment
    return form


def test_the_list_says_what_to_do_next(wei, review):
    page = wei.get("/reviews")

    assert page.html.select_one(".next-step h2").text == "Accept or decline the review"
    assert "0 of 1 reviews submitted" in page


def test_an_empty_list_says_what_comes(evaluating, visitor):
    page = visitor(evaluating.world.stranger).get("/reviews")

    assert "When a fund assigns you a proposal to review, it is shown here" in page


def test_an_offer_is_declined_with_a_reason(wei, review, again):
    page = wei.get(f"/reviews/{review.id}")
    wrong = page.forms["decline"].submit("decline", status=422)
    form = wrong.forms["decline"]
    form["reason"] = "I am away in April."

    done = form.submit("decline", status=303).follow()

    assert "Thank you for letting us know" in done
    assert again(review).status is AssignmentStatus.DECLINED
    wei.get(f"/reviews/{review.id}", status=404)


def test_an_interest_without_a_word_is_asked_for(wei, review):
    form = wei.get(f"/reviews/{review.id}").forms["interest"]
    form["interest"] = "potential"

    page = form.submit("declare", status=422)

    assert page.html.select_one(".error-summary a")["href"] == "#interest-explanation"


def test_the_form_shows_weight_threshold_and_guidance(wei, accepted):
    page = wei.get(f"/reviews/{accepted.id}")

    impact = page.html.find("fieldset", id="review-scores-impact").text
    assert "Weight 1.5. Threshold 3. How good is its impact?" in impact
    choices = page.html.select("#review-scores-impact-score label")
    assert [each.text.strip() for each in choices] == [
        "No score yet",
        *("0", "0.5", "1", "1.5", "2", "2.5", "3", "3.5", "4", "4.5", "5"),
    ]


def test_the_version_under_review_is_printed(wei, accepted):
    answer = wei.get(f"/reviews/{accepted.id}/proposal.pdf")

    assert answer.body.startswith(b"%PDF")
    assert accepted.proposal.reference in answer.content_disposition


def test_a_draft_is_saved_however_incomplete(wei, accepted, again):
    form = wei.get(f"/reviews/{accepted.id}").forms["review"]
    form[score("impact")].value = "7"

    form.submit("save", status=303)

    kept = again(accepted)
    assert draft_of(kept).scores["impact"].halves == 7
    assert kept.status is AssignmentStatus.DRAFT


def test_saving_as_one_types_answers_with_nothing(wei, accepted, again):
    form = wei.get(f"/reviews/{accepted.id}").forms["review"]
    for number in range(3):
        fill(form, comment=f"Typed {number}")
        answer = wei.post(
            form.action, form.submit_fields(), headers={"HX-Request": "true"}, status=204
        )
        assert unquote(answer.headers["Running-Total"]) == ("Total so far: 14.00 of 17.50 points")

    kept = again(accepted)
    assert draft_of(kept).scores["impact"].comment == "Typed 2"
    assert kept.review.revision == 3


def test_a_second_window_loses_nothing(wei, accepted, again):
    first = wei.get(f"/reviews/{accepted.id}").forms["review"]
    second = wei.get(f"/reviews/{accepted.id}").forms["review"]
    fill(first, "8", "From the first window.").submit("save", status=303)

    fill(second, "6", "From the second window.")
    wei.post(second.action, second.submit_fields(), headers={"HX-Request": "true"}, status=409)
    clash = second.submit("save", status=409)

    assert "This was changed while you had the page open" in clash
    assert "From the first window." in clash
    assert clash.forms["review"].get("comment", index=0).value == "From the second window."
    clash.forms["review"].submit("save", status=303)
    assert draft_of(again(accepted)).scores["impact"].comment == "From the second window."


def test_what_is_missing_is_listed_and_what_was_typed_is_kept(wei, accepted, again):
    form = wei.get(f"/reviews/{accepted.id}").forms["review"]
    form[score("excellence")].value = "7"

    page = form.submit("check", status=303).follow()

    links = [link["href"] for link in page.html.select(".error-summary a")]
    assert links == [
        "#review-scores-excellence-comment",
        "#review-scores-impact-score-0",
        "#review-scores-impact-comment",
        "#review-scores-implementation-score-0",
        "#review-scores-implementation-comment",
    ]
    assert draft_of(again(accepted)).scores["excellence"].halves == 7


def test_nothing_typed_is_nothing_to_submit(wei, accepted):
    form = wei.get(f"/reviews/{accepted.id}").forms["review"]

    page = form.submit("check", status=303).follow()

    assert len(page.html.select(".error-summary a")) == 6


def test_a_score_off_the_scale_is_refused_with_the_form(wei, accepted):
    form = wei.get(f"/reviews/{accepted.id}").forms["review"]
    form[score("excellence")].force_value("11")
    form.get("comment", index=0).value = "Better than perfect."

    page = form.submit("save", status=422)

    assert page.forms["review"].get("comment", index=0).value == "Better than perfect."


def test_what_is_submitted_is_read_only(evaluating, wei, accepted):
    form = fill(wei.get(f"/reviews/{accepted.id}").forms["review"])
    page = form.submit("check", status=303).follow()
    next(f for f in page.forms.values() if f.action.endswith("/submit")).submit(status=303)

    page = wei.get(f"/reviews/{accepted.id}")

    assert "review" not in page.forms
    assert "Submitted versions" in page
    assert wei.get(f"/reviews/{accepted.id}/submit", status=303).location.endswith(
        f"/reviews/{accepted.id}"
    )


def test_a_double_click_hands_a_review_in_once(evaluating, wei, accepted):
    form = fill(wei.get(f"/reviews/{accepted.id}").forms["review"])
    page = form.submit("check", status=303).follow()
    button = next(f for f in page.forms.values() if f.action.endswith("/submit"))

    button.submit(status=303)
    assert "Your review is submitted." in button.submit(status=303).follow()

    submitted = evaluating.session.query(LedgerEntry).filter_by(action="submit")
    assert submitted.filter_by(subject_kind="review").count() == 1


def test_an_incomplete_review_is_not_submitted_by_its_address(wei, accepted, again):
    wei.get(f"/reviews/{accepted.id}").forms["review"].submit("save", status=303)
    form = wei.get(f"/reviews/{accepted.id}").forms["review"]
    form[score("excellence")].value = "7"
    form.submit("save", status=303)

    assert wei.get(f"/reviews/{accepted.id}/submit", status=303).location.endswith(
        f"/reviews/{accepted.id}?check=all"
    )
    token = wei.get("/reviews").forms[0]["csrf_token"].value
    wei.post(f"/reviews/{accepted.id}/submit", {"csrf_token": token}, status=409)
    assert again(accepted).status is AssignmentStatus.DRAFT


def test_a_review_is_opened_again_with_a_reason(evaluating, helena, wei, review, again):
    evaluating.review(review)
    page = helena.get(f"/proposals/{review.proposal.reference}/reviewers")
    form = page.forms[f"reopen-{review.id}"]
    assert "On impact, thought Wei Zhang." in page
    form = form.submit("reopen", status=422).forms[f"reopen-{review.id}"]
    form["reason"] = "Please say more on impact."
    form.submit("reopen", status=303)

    assert again(review).status is AssignmentStatus.REOPENED
    page = wei.get(f"/reviews/{review.id}")
    assert "Please say more on impact." in page
    assert fill(page.forms["review"]).submit("check", status=303)


def test_a_review_is_taken_out_with_a_reason(helena, review, again):
    page = helena.get(f"/proposals/{review.proposal.reference}/reviewers")
    name = f"exclude-{review.id}"
    form = page.forms[name].submit("exclude", status=422).forms[name]
    form["reason"] = "Asked by mistake."

    assert "Asked by mistake." in form.submit("exclude", status=303).follow()
    assert again(review).status is AssignmentStatus.EXCLUDED


def test_an_interest_discovered_later_hides_it(evaluating, wei, review, again):
    evaluating.review(review)
    form = wei.get(f"/reviews/{review.id}/interests").forms["interest"]
    form["interest"], form["explanation"] = "disqualifying", "My cousin leads it."

    form.submit("declare", status=303)

    assert again(review).status is AssignmentStatus.CONFLICTED
    wei.get(f"/reviews/{review.id}", status=404)


def test_a_page_costs_as_much_for_one_review_as_for_many(evaluating, wei, queries):
    it = evaluating.world
    proposals = [evaluating.submit(it.granada, it.lucia, f"Idea {number}") for number in range(20)]
    stage = evaluating.open_stage(*proposals)
    made = evaluating.assign(stage, proposals[0])
    wei.get("/reviews")
    with queries() as few:
        wei.get("/reviews")
    evaluating.assign(stage, *proposals)
    with queries() as lots:
        wei.get("/reviews")
    evaluating.services.reviews.declare(made[0], Interest.NONE, by=it.wei)
    evaluating.session.commit()
    with queries() as form:
        wei.get(f"/reviews/{made[0].id}")

    assert len(lots) == len(few) <= 10
    assert len(form) <= 10
    assert set(HALVES) == set(CRITERIA)

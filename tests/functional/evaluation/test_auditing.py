"""An auditor reads all that was judged and decided, changes nothing, and ranks again."""

import pytest
import sqlalchemy as sa

from grants.evaluation.models import Assignment, Declaration, Mark, Review
from grants.rules.workflow import DecisionKind, Interest


@pytest.fixture
def three(evaluating):
    return evaluating.rank_three()


@pytest.fixture
def olga(evaluating, visitor):
    return visitor(evaluating.world.olga)


@pytest.fixture
def decided(evaluating, three):
    decisions, it = evaluating.services.decisions, evaluating.world
    decisions.decide(
        three[0],
        DecisionKind.AWARD,
        awarded_cents=4_000_000,
        reasons="Clear and new.",
        by=it.helena,
    )
    evaluating.session.commit()
    return three


PAGES = ("proposals", "stage", "interests", "ranking", "ranking/recompute", "decisions")


@pytest.mark.parametrize("page", PAGES)
def test_every_page_of_the_evaluation_is_read_and_has_no_button(evaluating, olga, decided, page):
    shown = olga.get(f"/manage/calls/{evaluating.world.call.code}/{page}", status=200)

    assert not shown.html.find("main").find_all("form", method="post")
    for link in shown.html.find("main").find_all("a", href=True):
        if link["href"].startswith("/"):
            olga.get(link["href"], status=200)


def test_checks_and_decisions_are_read_one_by_one(olga, decided):
    check = olga.get(f"/proposals/{decided[0].reference}/check")
    decision = olga.get(f"/proposals/{decided[0].reference}/decision")

    assert "Met" in check
    assert "Helena Novak" in check
    assert "Clear and new." in decision
    assert "40,000" in decision
    for page in (check, decision):
        assert not page.html.find("main").find_all("form")
    assert "No decision yet" in olga.get(f"/proposals/{decided[1].reference}/decision")


def test_before_anything_is_judged_the_pages_say_so(evaluating, olga):
    call = evaluating.world.call.code
    evaluating.three()
    evaluating.close_call()

    assert "No evaluation yet" in olga.get(f"/manage/calls/{call}/stage")
    assert "No ranking yet" in olga.get(f"/manage/calls/{call}/ranking")
    olga.get(f"/manage/calls/{call}/decisions", status=200)
    olga.get(f"/manage/calls/{call}/ranking/recompute", status=404)


def test_the_ranking_computed_again_is_the_same_bytes(evaluating, olga, three):
    page = olga.get(f"/manage/calls/{evaluating.world.call.code}/ranking/recompute")

    assert "The ranking is confirmed" in page
    assert page.text.count(evaluating.services.rankings.of(evaluating.world.call).sha256) == 2


def test_it_is_the_same_wherever_the_proposals_went_since(evaluating, decided):
    rankings, it = evaluating.services.rankings, evaluating.world
    evaluating.services.proposals.withdraw(decided[1], by=it.jonas)

    assert rankings.again(rankings.of(it.call)).same


def test_a_score_changed_past_the_portal_is_found(evaluating, olga, three, session):
    marks = sa.select(Mark).join(Mark.review).join(Review.assignment)
    on_impact = marks.where(Mark.code == "impact")
    mark = session.scalars(on_impact.where(Assignment.proposal_id == three[0].id)).first()
    mark.halves = 5
    session.commit()

    page = olga.get(f"/manage/calls/{evaluating.world.call.code}/ranking/recompute")

    assert "The ranking is not confirmed" in page
    assert three[0].reference in page.html.find("main").find("table").text


def test_an_auditor_with_an_interest_stays_out(evaluating, olga, decided, session):
    session.add(
        Declaration(
            person=evaluating.world.olga,
            proposal=decided[2],
            interest=Interest.DISQUALIFYING,
            explanation="A cousin.",
            declared_at=evaluating.clock(),
        )
    )
    session.commit()

    for page in PAGES:
        olga.get(f"/manage/calls/{evaluating.world.call.code}/{page}", status=404)
    for page in ("check", "decision"):
        olga.get(f"/proposals/{decided[0].reference}/{page}", status=404)


def test_a_manager_reads_what_is_past_deciding(evaluating, helena, decided):
    check = helena.get(f"/proposals/{decided[0].reference}/check")

    assert "Met" in check
    assert not check.html.find("main").find_all("form")

"""What another rule would change, and what hangs on one reviewer: asked, and nothing is kept."""

import pytest

from grants.evaluation.service import ranking_analysis
from grants.rules.workflow import Interest
from tests.support.evaluating import HALVES

PAGE = "/manage/calls/IUC-2020/ranking/what-if"


@pytest.fixture
def ranked(evaluating):
    """Granada and Mannheim on the main list; Łódź below; money for no third."""
    return evaluating.rank_three()


def ask(browser, **changed):
    form = browser.get(PAGE).forms["what-if"]
    for name, value in changed.items():
        form[name] = value
    return form.submit("ask", status=200)


def facts(page):
    return {
        term.get_text(" ", strip=True): term.find_next("dd").get_text(" ", strip=True)
        for term in page.html.select("#would-change ~ dl dt, section dl dt")
    }


def test_less_money_takes_the_last_from_the_main_list(ranked, evaluating, helena):
    granada, mannheim, _lodz = ranked
    before = evaluating.services.rankings.of(evaluating.world.call).sha256

    page = ask(helena, envelope_cents="60,000")

    told = facts(page)
    assert mannheim.reference in told["Would leave the main list"]
    assert granada.reference not in told["Would leave the main list"]
    assert told["Would be offered"].replace("\xa0", " ") == "EUR 40,000.00"
    evaluating.session.expire_all()
    assert evaluating.services.rankings.of(evaluating.world.call).sha256 == before


def test_a_lower_overall_threshold_leaves_those_of_criteria(ranked, evaluating, helena):
    page = ask(helena, overall_threshold="1")

    # Its criteria have thresholds of their own, which nobody asked to change.
    assert "Nobody would get on the main list or leave it." in page


def test_what_cannot_be_is_said_and_kept(ranked, helena):
    form = helena.get(PAGE).forms["what-if"]
    form["overall_threshold"] = "999"

    page = form.submit("ask", status="*")

    assert "can never be reached" in page
    assert page.forms["what-if"]["overall_threshold"].value == "999"


def test_what_hangs_on_one_reviewer_is_named(evaluating, helena):
    granada, _mannheim, lodz = three = evaluating.three()
    stage = evaluating.open_stage(*three)
    for assignment in evaluating.assign(stage, *three):
        harsh = assignment.proposal is granada and assignment.reviewer is evaluating.world.wei
        halves = 0 if harsh else 8 if assignment.proposal is lodz else 9
        evaluating.review(assignment, dict.fromkeys(HALVES, halves))
    evaluating.close_stage(stage)
    evaluating.services.rankings.compute(evaluating.world.call, by=evaluating.world.helena)
    evaluating.session.commit()

    page = helena.get(PAGE)

    rows = {
        row.th.get_text(strip=True): [it.get_text(" ", strip=True) for it in row("td")]
        for row in page.html.select("tbody tr")
        if row.th and len(row("td")) == 2 and "main list" in row.td["data-label"]
    }
    assert [text.partition(" ")[0] for text in rows["Wei Zhang"]] == [
        granada.reference,
        lodz.reference,
    ]
    assert rows["Anna Rossi"] == ["–", "–"]
    told = " ".join(page.html.get_text(" ", strip=True).split())
    assert f"Places that hang on one person: {granada.reference} (1), {lodz.reference} (1)" in told


def test_whoever_has_an_interest_is_not_shown_it(ranked, evaluating, helena):
    it = evaluating.world
    evaluating.services.interests.declare(it.helena, ranked[2], Interest.DISQUALIFYING, "Mine.")
    evaluating.session.commit()

    helena.get(PAGE, status=403)


def test_what_would_take_too_long_is_not_begun(ranked, helena, monkeypatch):
    monkeypatch.setattr(ranking_analysis, "MOST_RANKED_ANEW", 8)  # there are 3 times 3

    page = helena.get(PAGE)

    assert "There are too many proposals and reviewers to show this here." in page
    assert "Without each reviewer" not in page

"""A decision letter tells the applicant what, why and what now, and never who reviewed."""

from dataclasses import fields, replace

import pytest

from grants.decisions.documents import letter
from grants.rules.workflow import DecisionKind


def test_it_says_the_decision_the_reasons_and_the_money(printed, granada_letter):
    words = printed(letter.render(granada_letter)).words

    assert "Ayuntamiento de Granada Plaza del Carmen s/n 18009 Granada Spain 14 May 2020" in words
    assert "Your proposal is awarded, with conditions. Grant of up to EUR 58,850.00" in words
    assert "Reasons A convincing partnership." in words
    assert "Conditions • Name the hosting of the platform." in words
    assert "Rank 1" in words


def test_it_shows_scores_with_maximum_threshold_and_weight(printed, granada_letter):
    words = printed(letter.render(granada_letter)).words

    assert "Relevance 4.50 5.00 3.00 40 %" in words
    assert "Feasibility – 5.00 – 12.5 %" in words
    assert "Total by weights, in points 4.33 5.00 3.50" in words
    assert "Relevance Clearly tied to the topics." in words
    assert "halves rounded up" in words


def test_it_says_how_to_disagree_and_who_signs(printed, granada_letter):
    words = printed(letter.render(granada_letter)).words

    assert "If you disagree You may ask us to look again at the procedure." in words
    assert "We must have your request by 13 June 2020." in words
    assert "Elena Rossi Fund manager" in words


@pytest.mark.parametrize("kind", DecisionKind)
def test_each_decision_has_its_own_words(printed, granada_letter, kind):
    document = replace(granada_letter, kind=kind)

    words = printed(letter.render(document)).words

    assert letter.DECIDED[kind] in words
    assert letter.NEXT[kind] in words
    assert len(set(letter.DECIDED.values())) == len(DecisionKind)


def test_what_is_not_told_leaves_no_trace(printed, granada_letter):
    bare = replace(
        granada_letter,
        kind=DecisionKind.REJECT_OTHER,
        conditions=[],
        amount_cents=None,
        rank=None,
        criteria=[],
        total=None,
        redress_until=None,
        signatory="",
    )

    words = printed(letter.render(bare)).words

    for absent in ("Rank", "Conditions", "scored", "Grant of up to", "We must have", "Elena"):
        assert absent not in words


def test_scores_may_come_without_total_and_comments(printed, granada_letter):
    criteria = [replace(criterion, comments=[]) for criterion in granada_letter.criteria]

    words = printed(letter.render(replace(granada_letter, criteria=criteria, total=None))).words

    assert "Relevance 4.50" in words
    assert "Total" not in words
    assert "Comments" not in words


def test_a_signatory_needs_no_role(printed, granada_letter):
    words = printed(letter.render(replace(granada_letter, signatory_role=""))).words

    assert "Elena Rossi" in words
    assert "Fund manager" not in words


def test_there_is_no_place_for_a_reviewers_name():
    names = {
        field.name
        for kind in (letter.LetterDocument, letter.CriterionScore)
        for field in fields(kind)
    }

    assert not [name for name in names if "review" in name or "rapporteur" in name]

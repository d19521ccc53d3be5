"""An agreement says who owes what to whom, until when, for how much."""

from dataclasses import replace

from grants.projects.documents import agreement


def test_it_names_parties_period_and_money(printed, granada_agreement):
    words = printed(agreement.render(granada_agreement)).words

    assert "Grant agreement IUC-2020-007/GA" in words
    assert "EUR 45,000.00 For work from 1 June 2020 to 31 May 2021" in words
    assert "The beneficiary Ayuntamiento de Granada 18009 Granada Luis Salvador Mayor" in words
    assert "Total cost EUR 60,500.50" in words
    assert "Share of the cost 74.4 %" in words
    assert "Co-financing by the beneficiary EUR 15,500.50" in words


def test_it_carries_budget_deliverables_and_terms(printed, granada_agreement):
    words = printed(agreement.render(granada_agreement)).words

    assert "Total EUR 60,500.50 EUR 45,000.00 EUR 15,500.50" in words
    assert "Webinar Smart city Webinar 15 July 2020" in words
    assert "Payments • 80 % of the grant as pre-financing." in words
    assert "Terms Records Keep all records for five years." in words
    assert "Łódź City Poland" in words


def test_both_sides_sign(printed, granada_agreement):
    words = printed(agreement.render(granada_agreement)).words

    assert "Signatures Signed on 28 May 2020." in words
    signatures = words[words.index("Signatures") :]
    assert "Elena Rossi IUC Asia Competitive Fund Fund manager" in signatures
    assert "Luis Salvador Ayuntamiento de Granada Mayor" in signatures


def test_an_empty_draft_is_still_printed(printed, granada_agreement):
    draft = replace(
        granada_agreement,
        amount_cents=0,
        total_cents=0,
        partners=[],
        budget=[],
        deliverables=[],
        payment_terms=[],
        clauses=[],
        signed_on=None,
    )

    words = printed(agreement.render(draft)).words

    assert "Share of the cost 0 %" in words
    assert "Signed on" not in words
    assert "Payments" not in words

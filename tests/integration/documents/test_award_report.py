"""The award report shows where the money ended, each award, and how to check it all."""

import time
from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction

from grants.oversight.documents import award_audit, award_report
from grants.oversight.documents.award_report import Funnel


def test_its_cover_gives_the_calls_facts_and_the_funnel(printed, award_report_of):
    first = " ".join(printed(award_report.render(award_report_of(8, 3))).pages[0].split())

    assert "IUC Asia Competitive Fund Award report Competitive fund 2020" in first
    assert "Closed 31 March 2020, 17:00:00 (Europe/Brussels)" in first
    assert "Budget envelope EUR 156,000.00 Awarded EUR 150,000.00 Remaining EUR 6,000.00" in first
    assert "Received 10 Eligible 9 Evaluated 8 Above all thresholds 6 Awarded 3" in first


def test_the_budget_line_stands_where_the_money_ends(printed, award_report_of):
    words = printed(award_report.render(award_report_of(8, 3))).words

    line = "Budget line: EUR 150,000.00 of EUR 156,000.00 is offered, EUR 6,000.00 remains."
    third, fourth = words.index("Project of Łódź no. 3"), words.index("Project of 广州 no. 4")
    assert third < words.index(line) < fourth
    sixth, seventh = words.index("Mannheim no. 6"), words.index("Łódź no. 7")
    assert sixth < words.index("Below a threshold: not ranked") < seventh
    assert "– Project of Łódź no. 7" in words
    assert "Award Tied with no. 2" in words


def test_without_a_budget_line_all_ranked_are_above_it(printed, award_report_of):
    words = printed(award_report.render(award_report_of(8, 6, budget_line=None))).words

    assert words.index("Mannheim no. 6") < words.index("The funds cover all ranked proposals")
    assert words.index("The funds cover all") < words.index("Łódź no. 7")
    assert "Budget line" not in words


def test_the_line_may_end_the_whole_list(printed, award_report_of):
    words = printed(award_report.render(award_report_of(3, 3, budget_line=None))).words

    assert words.index("Project of Łódź no. 3") < words.index("The funds cover all")
    assert "Below a threshold: not ranked" not in words
    assert "No other proposals." in words


def test_awards_spread_over_topics_and_countries(printed, award_report_of):
    words = printed(award_report.render(award_report_of(8, 4))).words

    assert "Circular economy 2 EUR 100,000.00" in words
    assert "Germany 1 EUR 50,000.00" in words
    assert "Not given 1 EUR 50,000.00" in words
    assert words.count("Total 4 EUR 200,000.00") == 2


def test_each_award_begins_its_own_page(printed, award_report_of):
    pages = printed(award_report.render(award_report_of(8, 4))).pages

    for number in range(1, 5):
        assert len([page for page in pages if f"Award {number} of 4" in page]) == 1
    granada = " ".join(next(page for page in pages if "Award 1 of 4" in page).split())
    assert "Project of Granada no. 1 Granada EUR 50,000.00 Circular economy" in granada
    assert "Conditions • Name the hosting." in granada
    assert "Łódź City Poland" in granada


def test_it_lists_who_was_not_funded_and_why(printed, award_report_of):
    words = printed(award_report.render(award_report_of(8, 3))).words

    missed = words[words.index("Not funded") :]
    assert "IUC-2020-004 Project of 广州 no. 4 广州 On the reserve list" in missed
    assert "Below a threshold Feasibility 2.5 of 5" in missed


def test_it_can_be_checked_against_ranking_and_ledger(printed, award_report_of):
    last = " ".join(printed(award_report.render(award_report_of(4, 1))).pages[-1].split())

    assert "SHA-256 of the ranking " + "77aa" * 16 in last
    assert "Head of the ledger " + "0c1d" * 16 in last
    assert "Entries in the ledger 1,234" in last


def test_a_call_without_proposals_is_reported_too(printed, award_report_of):
    nothing = Funnel(received=0, eligible=0, evaluated=0, above_thresholds=0, awarded=0)

    empty = award_report_of(0, 0, funnel=nothing, decided_on=None)

    words = printed(award_report.render(empty)).words
    assert "Nothing was ranked." in words
    assert "Awards by topic No awards. Awards by country No awards." in words
    assert "Decided" not in words


def test_a_very_long_title_leaves_the_cover_for_a_plain_page(printed, award_report_of):
    document = award_report_of(4, 1, title="Fund for cities " * 40)

    pages = printed(award_report.render(document)).pages

    assert "Fund for cities" in pages[0]


def test_long_titles_are_set_smaller_and_stay_whole(printed, award_report_of, hostile):
    words = printed(award_report.render(award_report_of(4, 1, title=hostile))).words

    assert "<img src='file:///etc/passwd'>" in words


def test_a_report_of_forty_awards_takes_no_time(award_report_of):
    document = award_report_of(160, 40)
    award_report.render(award_report_of(4, 1))

    started = time.process_time()
    award_report.render(document)

    assert time.process_time() - started < 6


AT = datetime(2020, 5, 20, 9, tzinfo=UTC)
HELENA, VIKTOR = (award_audit.Signature(name=name, at=AT) for name in ("Helena", "Viktor"))
AUDIT = award_audit.Audit(
    rules=[("Where the funds end", "The list ends.")],
    criteria=[
        award_audit.CriterionEntry(
            name="Relevance",
            scale="0 to 5",
            weight="1.5",
            share=Fraction(3, 7),
            threshold=Fraction(3),
        )
    ],
    draws=[
        award_audit.DrawEntry(
            order=["IUC-2020-002", "IUC-2020-001"], at=AT, by="Helena", reason="Before witnesses."
        ),
        award_audit.DrawEntry(
            order=["IUC-2020-005", "IUC-2020-006"],
            at=AT,
            by="Helena",
            reason="Drawn by the notary.",
            reserve=True,
        ),
    ],
    departures=[
        award_audit.DepartureEntry(
            reference="IUC-2020-004",
            title="Project of 广州 no. 4",
            decision="Award: EUR 1.00",
            justification="The panel asked for it.",
            decided=HELENA,
            second=award_audit.Signature(name="Viktor"),
        )
    ],
    excluded=[
        award_audit.ExcludedReview(
            reference="IUC-2020-001/R7",
            reason="Of another proposal.",
            excluded=HELENA,
            second=VIKTOR,
        )
    ],
    corrections=[
        award_audit.CorrectionEntry(
            number=2,
            reason="More money.",
            published=HELENA,
            second=VIKTOR,
            late=True,
            change="EUR 1.00 → EUR 2.00",
        )
    ],
    ended=[
        award_audit.EndedEntry(
            reference="IUC-2020-003-P",
            title="Project of Łódź no. 3",
            what="Terminated: EUR 10,000.00 released",
            reason="The city ended it.",
            proposed=HELENA,
            second=VIKTOR,
        )
    ],
    reviews=24,
    unfinished=1,
    late=["IUC-2020-002/R9"],
)


def test_an_auditor_reads_how_it_was_decided(printed, award_report_of):
    words = printed(award_report.render(award_report_of(8, 3, audit=AUDIT))).words

    at = "20 May 2020, 11:00:00 (Europe/Brussels)"
    for expected in (
        "Relevance 0 to 5 1.5 42.9 % 3.00",
        "Where the funds end The list ends.",
        "IUC-2020-002, IUC-2020-001 Before witnesses. Helena",
        "Award: EUR 1.00",
        "The panel asked for it.",
        "not signed yet",
        "IUC-2020-001/R7 Of another proposal. Helena",
        "Counted 24 Not submitted when the stage closed 1",
        "Submitted after they were due IUC-2020-002/R9",
        "After the deadline EUR 1.00 → EUR 2.00",
        "IUC-2020-005, IUC-2020-006 Within the reserve list, when funds became available"
        " Drawn by the notary.",
        "Terminated: EUR 10,000.00 released The city ended it.",
    ):
        assert expected in words
    assert words.count(at.split(",")[0]) >= 5


def test_what_did_not_happen_is_said(printed, award_report_of):
    words = printed(award_report.render(award_report_of(8, 3))).words

    for expected in (
        "No draws were held.",
        "No decision departs from the ranking.",
        "No review was excluded.",
        "The call was not corrected.",
        "No agreement was cancelled, and no project was terminated.",
    ):
        assert expected in words


def test_an_envelope_that_was_raised_later_stands_beside_the_one_of_the_ranking(
    printed, award_report_of
):
    document = award_report_of(
        8, 3, envelope_now_cents=20_000_000, envelope_changed="20 May 2020: More money."
    )

    words = " ".join(printed(award_report.render(document)).pages[0].split())

    assert "Budget envelope of the ranking EUR 156,000.00" in words
    assert "Budget envelope since EUR 200,000.00 20 May 2020: More money." in words
    assert "Remaining EUR 50,000.00" in words


def test_what_ended_early_is_money_left_again(printed, award_report_of):
    document = award_report_of(8, 3, freed_cents=1_000_000)

    words = " ".join(printed(award_report.render(document)).pages[0].split())

    assert "Released by terminated projects EUR 10,000.00 Remaining EUR 16,000.00" in words


def test_amounts_of_millions_stay_on_one_line(printed, award_report_of):
    document = award_report_of(8, 3)
    huge = [
        replace(it, requested_cents=98_765_432_100, offered_cents=98_765_432_100, granted_cents=1)
        for it in document.ranking
    ]

    pages = printed(award_report.render(replace(document, ranking=huge, awards=[]))).pages

    lines = [line for page in pages for line in page.splitlines() if "987,654,321" in line]
    assert lines
    assert all("987,654,321.00" in line for line in lines)


def test_where_smaller_ones_move_up_the_line_says_so(printed, award_report_of):
    words = printed(award_report.render(award_report_of(8, 3, moves_up=True))).words

    assert "later proposals that fit move up. In total, EUR 150,000.00 of EUR 156,000.00" in words

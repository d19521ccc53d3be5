"""The award report shows where the money ended, each award, and how to check it all."""

import time

from grants.reports import award_report
from grants.reports.award_report import Funnel


def test_its_cover_gives_the_calls_facts_and_the_funnel(printed, award_report_of):
    first = " ".join(printed(award_report.render(award_report_of(8, 3))).pages[0].split())

    assert "IUC Asia Competitive Fund Award report Competitive fund 2020" in first
    assert "Closed 31 March 2020, 17:00:00 (Europe/Brussels)" in first
    assert "Budget envelope EUR 156,000.00 Awarded EUR 150,000.00 Left EUR 6,000.00" in first
    assert "Ties Higher relevance first" in first
    assert "Received 10 Eligible 9 Evaluated 8 Above all thresholds 6 Awarded 3" in first


def test_the_budget_line_stands_where_the_money_ends(printed, award_report_of):
    words = printed(award_report.render(award_report_of(8, 3))).words

    line = "Budget line: EUR 150,000.00 of EUR 156,000.00 is granted, EUR 6,000.00 is left."
    third, fourth = words.index("Project of Łódź no. 3"), words.index("Project of 广州 no. 4")
    assert third < words.index(line) < fourth
    sixth, seventh = words.index("Mannheim no. 6"), words.index("Łódź no. 7")
    assert sixth < words.index("Below a threshold: not ranked") < seventh
    assert "– Project of Łódź no. 7" in words
    assert "Award Tied with no. 2" in words


def test_without_a_budget_line_all_ranked_are_above_it(printed, award_report_of):
    words = printed(award_report.render(award_report_of(8, 6, budget_line=None))).words

    assert words.index("Mannheim no. 6") < words.index("Budget line") < words.index("Łódź no. 7")


def test_the_line_may_end_the_whole_list(printed, award_report_of):
    words = printed(award_report.render(award_report_of(3, 3, budget_line=None))).words

    assert words.index("Project of Łódź no. 3") < words.index("Budget line")
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

    empty = award_report_of(0, 0, funnel=nothing, decided_on=None, rules=[])

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

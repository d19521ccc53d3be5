"""The deliverables report adds up who took part and shows the proof."""

from dataclasses import replace

from grants.projects.documents import deliverables
from grants.projects.documents.deliverables import Participants


def test_it_lists_all_and_tells_of_each(printed, granada_report):
    words = printed(deliverables.render(granada_report)).words

    assert "1 Webinar on smart cities Webinar 31 October 2020 19 October 2020 Accepted" in words
    assert "3 Video Video 1 March 2021 – Planned" in words
    assert "Took place 3 November 2020 to 5 November 2020" in words
    assert "What was planned A webinar of two hours." in words
    assert "What was delivered The state of the art." in words
    assert "Why it was returned Please add the list of participants." in words
    assert "• Recording: https://example.org/recording" in words
    assert "letter of commitment.pdf 1,234,567 " + "ab12" * 16 in words


def test_participants_add_up_by_country_and_kind(printed, granada_report):
    words = printed(deliverables.render(granada_report)).words

    everyone = words[words.index("Participants") : words.index("1. Webinar")]
    assert "Country City councils Clusters Academia Companies Other Total" in everyone
    assert "China 0 0 0 1 9 10" in everyone
    assert "Spain 12 0 18 0 0 30" in everyone
    assert "Total 12 0 18 1 9 40" in everyone


def test_the_chart_is_told_to_those_who_do_not_see_it(printed, granada_report):
    with printed(deliverables.render(granada_report)).open() as pdf:
        alts = [str(o.Alt) for o in pdf.objects if hasattr(o, "keys") and "/Alt" in o]

    assert alts == ["Bar chart of participants by country. Spain: 30; China: 10"]


def test_many_countries_leave_a_chart_that_fits(printed, granada_report):
    people = [Participants(country=f"Country {n}", kind="other", count=n) for n in range(1, 61)]
    entry = replace(granada_report.deliverables[0], participants=people)

    words = printed(deliverables.render(replace(granada_report, deliverables=[entry]))).words

    assert "The chart shows the first 15 of 60." in words
    assert "Total 0 0 0 0 1,830 1,830" in words


def test_a_project_without_deliverables_says_so(printed, granada_report):
    words = printed(deliverables.render(replace(granada_report, deliverables=[]))).words

    assert "All deliverables No deliverables." in words
    assert "Participants" not in words

"""A proposal prints everything that was answered, in the form's order."""

from dataclasses import replace

from grants.proposals.documents import proposal


def test_it_prints_questions_and_answers_in_order(printed, granada_proposal):
    words = printed(proposal.render(granada_proposal)).words

    said = ["The project", "Summary", "Three webinars. - cities", "One view.", "摘要", "三个主题"]
    said += ["Anything else No answer.", "Work packages No. Title 1 Webinars", "Risks No rows."]
    places = [words.index(piece) for piece in said]
    assert places == sorted(places)


def test_its_budget_adds_up(printed, granada_proposal):
    words = printed(proposal.render(granada_proposal)).words

    assert "Travel Guangzhou EUR 18,500.50 EUR 15,000.00 EUR 3,500.50" in words
    assert "Total EUR 60,500.50 EUR 45,000.00 EUR 15,500.50" in words


def test_it_lists_partners_deliverables_and_files(printed, granada_proposal):
    words = printed(proposal.render(granada_proposal)).words

    assert "Łódź City Poland" in words
    assert "Webinar Smart city Webinar 15 July 2020" in words
    assert "Platform Platform No date" in words
    assert "letter of commitment.pdf 1,234,567 " + "ab12" * 16 in words


def test_an_empty_draft_says_what_is_missing(printed, granada_proposal):
    draft = replace(
        granada_proposal,
        submitted_at=None,
        sha256="",
        sections=[],
        budget=[],
        partners=[],
        deliverables=[],
        files=[],
    )

    words = printed(proposal.render(draft)).words

    for sentence in ("Not submitted yet", "No budget lines.", "No partners.", "No deliverables."):
        assert sentence in words
    assert "SHA-256 of this version" not in words

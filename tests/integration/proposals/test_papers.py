"""Proposals in words and on paper."""

import io

import pikepdf
import pytest

from grants.calls.queries.definitions import definition_of
from grants.kit.language.formats import formats
from grants.proposals.queries import presentation
from tests.support.proposals import GRANADA, complete, submitted_version, written


@pytest.fixture
def definition(iuc):
    return definition_of(iuc.form)


def shown(definition, answers, language="en"):
    read = presentation.sections(definition, answers, formats(language))
    return {(s.code, it.code): it for s in read for it in s.answers}


def test_every_kind_of_answer_has_words(definition):
    answers = complete()
    answers["cities"]["partners"] = [
        {"organisation": "Uniwersytet Łódzki", "kind": "academic", "country": "PL", "role": None}
    ]
    answers["work"]["axes"] = ["city-councils", "academia"]

    read = shown(definition, answers)

    assert read["project", "topic"].text == "Digital transition"
    assert read["project", "period"].text == "1 May 2020 to 31 December 2020"
    assert read["cities", "lead_city"].text == "Granada, Spain"
    assert read["cities", "population"].text == "232,000 inhabitants"
    assert read["cities", "partners"].rows == [
        ["Uniwersytet Łódzki", "Academic body", "Poland", "–", "–"]
    ]
    assert read["work", "axes"].text.splitlines()[0] == "City councils"
    assert read["deliverables", "planned"].rows[0][:3] == [
        "Webinar",
        "Blockchain in the smart city",
        "19 October 2020",
    ]
    assert read["budget", "costs"].totals[-1] == ("Grant requested", "EUR\xa040,000.00")
    assert read["declarations", "authorised"].text == "Yes"


def test_a_number_is_written_as_the_reader_does(definition):
    assert shown(definition, complete(), "de")["cities", "population"].text.startswith("232.000")


def test_what_is_not_asked_is_not_shown_and_what_is_not_answered_is_empty(definition):
    read = shown(definition, {})

    assert ("cities", "pilot_since") not in read
    assert read["project", "title"].text == ""
    assert read["budget", "costs"].rows == []


def test_what_could_not_be_read_is_shown_as_typed(definition):
    answers = {"cities": {"population": {"typed": "about 232 thousand"}}}

    assert shown(definition, answers)["cities", "population"].text == "about 232 thousand"


def test_a_version_is_printed_the_same_each_time(services, iuc):
    version = submitted_version(services, iuc.call, iuc.granada, iuc.lucia)

    first = services.proposal_papers.version(version, language="en")

    assert first == services.proposal_papers.version(version, language="en")
    with pikepdf.open(io.BytesIO(first)) as printed:
        assert GRANADA in str(printed.docinfo["/Title"])


def test_a_draft_is_printed_for_its_team_and_for_nobody_else(services, iuc):
    draft = written(services, iuc.call, iuc.granada, iuc.lucia)

    assert services.proposal_papers.proposal(draft, as_team=True, language="en").startswith(b"%PDF")
    assert services.proposal_papers.proposal(draft, as_team=False, language="en") is None


def test_an_empty_draft_is_printed_too(services, iuc):
    draft = services.proposals.start(iuc.call, iuc.granada, by=iuc.lucia, key="k")

    assert services.proposal_papers.proposal(draft, as_team=True, language="es").startswith(b"%PDF")


def test_a_receipt_is_made_once_and_kept(services, iuc):
    version = submitted_version(services, iuc.call, iuc.granada, iuc.lucia)
    assert not services.proposal_papers.has_receipt(version)

    first = services.proposal_papers.receipt(version)

    assert services.proposal_papers.has_receipt(version)
    assert services.proposal_papers.receipt(version) == first

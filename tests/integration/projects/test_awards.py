"""The award report of a call, its charts, and what the public sees of awards."""

import io
from datetime import date

import pypdf
import pytest

from grants.ledger import head
from grants.oversight.queries.award_report import chart_figures
from grants.rules.errors import NotAllowedNow
from grants.rules.workflow import DecisionKind
from tests.load.measuring import counted
from tests.support.awarding import Awarding, give_up, terminate, webinar
from tests.support.evaluating import HALVES


@pytest.fixture
def awarding(evaluating) -> Awarding:
    return Awarding(evaluating)


def deliver(services, deliverable, team, fund) -> None:
    """Log, submit and accept."""
    services.deliverables.save(deliverable, webinar(), revision=0, tab="", by=team)
    services.deliverables.deliver(deliverable, by=team)
    services.deliverables.accept(deliverable, by=fund)


def test_there_is_no_report_before_the_ranking_is_adopted(evaluating, services, iuc):
    evaluating.three()

    with pytest.raises(NotAllowedNow, match="once the ranking"):
        services.award_reports.report(iuc.call)


def test_the_report_says_how_proposals_became_awards(awarding, services, iuc, session):
    awarding.award()
    ranking = services.rankings.of(iuc.call)

    report = services.award_reports.report(iuc.call)

    funnel = report.funnel
    assert (funnel.received, funnel.eligible, funnel.evaluated) == (3, 3, 3)
    assert (funnel.above_thresholds, funnel.awarded) == (2, 2)
    assert [it.applicant for it in report.ranking] == [
        "City of Granada",
        "City of Mannheim",
        "Miasto Łódź",
    ]
    assert [it.granted_cents for it in report.ranking] == [3_500_000, 5_000_000, 0]
    assert [it.title for it in report.awards] == [it.title for it in report.ranking[:2]]
    assert len(report.awards[0].deliverables) == 5
    assert [it.kind for it in report.not_funded] == [DecisionKind.REJECT_THRESHOLD]
    assert report.ranking_sha256 == ranking.sha256
    assert report.ledger_head == head(session).hash


def test_the_report_is_there_before_the_letters_leave(awarding, services, iuc):
    awarding.decide()

    report = services.award_reports.report(iuc.call)

    assert [it.summary for it in report.awards] == [
        "Three webinars on blockchain, a platform and a video."
    ] * 2


def test_an_agreement_that_failed_is_no_award(awarding, services, iuc):
    granada, _mannheim = awarding.award()
    give_up(services, granada, iuc, "The city withdrew.")

    report = services.award_reports.report(iuc.call)

    assert [it.applicant for it in report.awards] == ["City of Mannheim"]
    notes = {it.applicant: it.note for it in report.not_funded}
    assert notes["City of Granada"].endswith("The city withdrew.")
    outcomes = {it.applicant: it.outcome for it in report.ranking}
    assert outcomes["City of Granada"] == "Award, no agreement"
    assert outcomes["City of Mannheim"] == "Award"


def test_the_report_tells_what_ended_early_and_who_signed_it(awarding, services, iuc):
    granada, mannheim = awarding.award()
    give_up(services, mannheim, iuc, "No partner any more.")
    services.projects.sign(granada, on=services.clock().date(), by=iuc.helena)
    terminate(services, granada, iuc, "The city ended it.", 1_000_000)

    report = services.award_reports.report(iuc.call)

    told = {it.reference: it for it in report.audit.ended}
    assert {it.reason for it in told.values()} == {"No partner any more.", "The city ended it."}
    assert "10,000.00 released" in told[granada.reference].what
    for it in told.values():
        assert (it.proposed.name, it.second.name) == (iuc.helena.name, iuc.viktor.name)
        assert it.proposed.at
        assert it.second.at
    assert report.freed_cents == 1_000_000


def test_the_report_prints_the_same_bytes_again(awarding, services, iuc, session):
    awarding.award()

    first, second = services.award_reports.pdf(iuc.call), services.award_reports.pdf(iuc.call)

    assert first == second
    reader = pypdf.PdfReader(io.BytesIO(first))
    text = " ".join(" ".join(page.extract_text() for page in reader.pages).split())
    assert "Miasto Łódź" in text
    assert "85,000.00" in text
    assert head(session).hash[:16] in text.replace(" ", "")


def test_the_report_costs_as_many_queries_for_many_as_for_few(awarding, services, iuc, portal):
    awarding.award()

    with counted(portal.engine) as asked:
        services.award_reports.report(iuc.call)

    assert len(asked) <= 16


def test_charts_say_in_a_table_what_they_draw(awarding, services, iuc):
    awarding.award()

    funnel, topics, countries = chart_figures.charts(
        services.award_reports, iuc.call, language="en"
    )

    assert [row[1] for row in funnel.rows] == ["3", "3", "3", "2", "2"]
    assert [row[1] for row in topics.rows] == ["2"]
    assert [row[0] for row in countries.rows] == ["Germany", "Spain"]
    assert "Germany: EUR\N{NO-BREAK SPACE}50,000.00" in countries.in_words
    assert chart_figures.draw(countries, "#0b5c66").lstrip().startswith(b"<?xml")


def test_nothing_is_public_before_the_agreement_is_signed(awarding, services):
    granada = awarding.granadas(running=False)

    assert services.awards.public() == []
    assert services.awards.find(granada.reference) is None


def test_the_public_sees_what_was_accepted_and_nothing_else(awarding, services, iuc, session):
    granada = awarding.granadas()
    first, second, *_rest = granada.deliverables
    deliver(services, first, iuc.lucia, iuc.helena)
    services.deliverables.save(second, webinar(), revision=0, tab="", by=iuc.lucia)
    session.commit()

    [listed] = services.awards.public()
    award = services.awards.find(listed.reference)

    assert (listed.owed, listed.done) == (len(granada.deliverables), 1)
    assert [it.title for it in award.delivered] == [first.planned.title]
    assert (award.organisation, award.city) == ("City of Granada", ("Kunming", "CN"))
    assert sum(it.people for it in award.participations) == 39
    assert iuc.lucia.name not in repr(award)
    assert iuc.helena.name not in repr(award)


def test_a_city_that_did_not_agree_publishes_no_more_than_it_must(awarding, services, session, iuc):
    granada = awarding.granadas()
    deliver(services, granada.deliverables[0], iuc.lucia, iuc.helena)
    granada.public = False
    session.commit()

    award = services.awards.find(granada.reference)

    assert (award.summary, award.delivered) == ("", ())
    assert award.awarded_cents == 3_500_000


def test_awards_are_found_by_country_and_topic(awarding, services, iuc):
    granada, mannheim = awarding.run()

    found = services.awards.public(country="DE")
    choices = services.awards.choices()

    assert [it.reference for it in found] == [mannheim.reference]
    assert choices.countries == ["DE", "ES"]
    assert len(services.awards.public(topic=choices.topics[0][0])) == 2
    assert services.awards.public(topic="nothing") == []
    assert date(2020, 12, 31) in {it.ends_on for it in services.awards.public()}
    assert granada.reference not in repr(found)


def test_the_report_says_how_it_was_decided(evaluating, services, iuc, session):
    """A lot, a departure, a review that was taken out, and an envelope that was raised after."""
    granada, mannheim, lodz = evaluating.three()
    iuc.call.envelope_cents = 9_500_000
    stage = evaluating.open_stage(granada, mannheim, lodz)
    level, best = dict.fromkeys(HALVES, 8), dict.fromkeys(HALVES, 9)
    evaluating.review_all(stage, [(granada, level), (mannheim, level), (lodz, best)])
    evaluating.close_stage(stage)
    rankings = services.rankings
    rankings.compute(iuc.call, by=iuc.helena)
    order = [mannheim.reference, granada.reference]
    drawn = rankings.draw(iuc.call, order, reason="Drawn before witnesses.", by=iuc.helena)
    rankings.adopt(iuc.call, seen=drawn.sha256, by=iuc.helena)
    services.decisions.decide(
        lodz,
        DecisionKind.REJECT_OTHER,
        reasons="Withdrawn by the city.",
        justification="They told us so.",
        signatory=iuc.viktor,
        by=iuc.helena,
    )
    session.commit()
    iuc.call.envelope_cents = 20_000_000
    session.flush()

    report = services.award_reports.report(iuc.call)

    audit = report.audit
    assert [it.name for it in audit.criteria] == ["Excellence", "Impact", "Implementation"]
    assert sum(it.share for it in audit.criteria) == 1
    assert [(it.order, it.reason) for it in audit.draws] == [
        (tuple(order), "Drawn before witnesses.")
    ]
    [departure] = audit.departures
    assert (departure.reference, departure.justification) == (lodz.reference, "They told us so.")
    assert (departure.decided.name, departure.second.name, departure.second.at) == (
        "Helena Novak",
        "Viktor Lind",
        None,
    )
    assert (audit.reviews, audit.unfinished, audit.late) == (9, 0, [])
    assert "ends the list" in dict(audit.rules)["Where the funds end"]
    assert (report.envelope_cents, report.envelope_now_cents) == (9_500_000, 20_000_000)
    assert [it.offered_cents for it in report.ranking] == [6_000_000, 0, 0]
    assert report.budget_line == 1
    assert b"%PDF" in services.award_reports.pdf(iuc.call, language="de")[:8]


def test_reviews_excluded_in_earlier_words_still_count_as_not_submitted(evaluating, services, iuc):
    iuc.call.rules = iuc.call.rules | {"minimum_reviews": 2}
    granada, *others = evaluating.three()
    stage = evaluating.open_stage(granada, *others)
    assignments = evaluating.assign(stage, granada, *others)
    for assignment in assignments:
        if assignment.reviewer is not iuc.marc:
            evaluating.review(assignment)
    evaluating.close_stage(stage)
    earlier = next(it for it in assignments if it.reviewer is iuc.marc)
    earlier.reason = "The stage was closed before this review was handed in."
    services.rankings.compute(iuc.call, by=iuc.helena)
    drawn = services.rankings.draw(
        iuc.call, [it.reference for it in (granada, *others)], reason="Drawn.", by=iuc.helena
    )
    services.rankings.adopt(iuc.call, seen=drawn.sha256, by=iuc.helena)

    audit = services.award_reports.report(iuc.call).audit

    assert (audit.unfinished, audit.excluded) == (3, [])

"""What everybody sees of awarded projects, and the report for those who answer for a call."""

import io

import pypdf
import pytest
from webtest import AppError

from grants.directory.models import Organisation, OrganisationKind, Pairing, PairingKind
from grants.evaluation.models import Declaration
from grants.rules.workflow import DeliverableStatus, Interest
from tests.support.awarding import webinar


@pytest.fixture
def accepted(services, session, granada, iuc):
    """The first webinar, accepted; the second one still being written."""
    first, second, *_rest = granada.deliverables
    services.deliverables.save(first, webinar(), revision=0, tab="", by=iuc.lucia)
    services.deliverables.deliver(first, by=iuc.lucia)
    services.deliverables.accept(first, by=iuc.helena)
    services.deliverables.save(second, webinar(), revision=0, tab="", by=iuc.lucia)
    session.commit()
    return first


def test_strangers_read_what_was_accepted(browser, granada, accepted, iuc):
    page = browser.get("/awards").click(granada.title)

    assert "City of Granada" in page
    assert "EUR\xa035,000.00" in page
    assert "1 of 5 deliverables done" in page
    assert [it.text for it in page.html.select("article h3")] == [accepted.planned.title]
    assert page.html.find("a", href="https://example.org/recording")
    for hidden in (iuc.lucia.name, iuc.helena.name, granada.deliverables[1].planned.title):
        assert hidden not in page


def test_the_first_page_counts_what_the_public_may_know(browser, granada, accepted, session):
    people = sum(it.people for it in accepted.participations)
    figures = [it.get_text(" ") for it in browser.get("/").html.select(".hero-facts > div")]
    assert "Awarded projects 1" in figures
    assert f"Participants {people}" in figures

    granada.public = False
    session.commit()

    figures = [it.get_text(" ") for it in browser.get("/").html.select(".hero-facts > div")]
    assert "Awarded projects 1" in figures
    assert not [it for it in figures if it.startswith("Participants")]


def test_awards_are_filtered_by_country_and_topic(browser, accepted):
    page = browser.get("/awards?country=ES")
    assert "1 of 5 deliverables are done." in page

    page = browser.get("/awards?country=DE")
    assert "No project matches" in page


def test_there_is_nothing_before_the_first_award(browser, iuc, unsigned):
    assert "No awarded projects yet" in browser.get("/awards")
    browser.get(f"/awards/{unsigned.reference}", status=404)


def test_the_manager_and_the_auditor_print_the_award_report(awarding, sign_in, iuc):
    awarding.award()

    for person in (iuc.helena, iuc.olga):
        answer = sign_in(person).get("/manage/calls/IUC-2020/award-report.pdf")
        reader = pypdf.PdfReader(io.BytesIO(answer.body))
        assert "Miasto Łódź" in " ".join(page.extract_text() for page in reader.pages)


def test_a_chart_is_an_image(awarding, sign_in, iuc):
    awarding.award()
    helena = sign_in(iuc.helena)

    answer = helena.get("/manage/calls/IUC-2020/charts/countries.svg")

    assert answer.content_type == "image/svg+xml"
    assert b"Germany" in answer.body
    helena.get("/manage/calls/IUC-2020/charts/nothing.svg", status=404)


def test_nobody_else_gets_the_report(awarding, sign_in, iuc, browser):
    awarding.award()
    address = "/manage/calls/IUC-2020/award-report.pdf"

    sign_in(iuc.lucia).get(address, status=404)
    sign_in(iuc.wei).get(address, status=404)
    browser.get(address, status=303)


def test_no_report_before_the_ranking_is_adopted(evaluating, sign_in, iuc):
    evaluating.three()

    answer = sign_in(iuc.helena).get("/manage/calls/IUC-2020/award-report.pdf", status=409)

    assert "once the ranking of this call is adopted" in answer


def test_a_manager_with_an_interest_in_one_proposal_gets_no_report(
    awarding, sign_in, iuc, session, clock
):
    granada, _mannheim = awarding.award()
    session.add(
        Declaration(
            person=iuc.viktor,
            proposal=granada.proposal,
            interest=Interest.DISQUALIFYING,
            declared_at=clock(),
        )
    )
    session.commit()

    viktor = sign_in(iuc.viktor)
    viktor.get("/manage/calls/IUC-2020/award-report.pdf", status=403)
    viktor.get("/manage/calls/IUC-2020/charts/funnel.svg", status=403)
    viktor.get(f"/projects/{granada.reference}", status=404)


def test_the_page_of_a_call_draws_how_it_went(awarding, sign_in, iuc, evaluating, clock):
    awarding.decide()
    helena, here = sign_in(iuc.helena), "/manage/calls/IUC-2020"
    assert "Results of the call" not in helena.get(here)

    evaluating.services.decisions.send_letters(iuc.call, by=iuc.helena)
    evaluating.session.commit()

    page = helena.get(here)
    assert [img["alt"] != "" for img in page.html.select("img.chart")] == [True] * 3
    for img in page.html.select("img.chart"):
        helena.get(img["src"], status=200)


def test_an_interest_closes_one_project_and_not_the_others(
    awarding, services, sign_in, iuc, session, clock
):
    granada, mannheim = awarding.run()
    first = mannheim.deliverables[0]
    services.deliverables.save(first, webinar(), revision=0, tab="", by=iuc.jonas)
    services.deliverables.deliver(first, by=iuc.jonas)
    services.interests.declare(
        iuc.viktor, granada.proposal, Interest.DISQUALIFYING, "It is my own city."
    )
    viktor = sign_in(iuc.viktor)

    page = viktor.get(f"/projects/{mannheim.reference}/deliverables/1")
    page.forms[next(n for n, it in page.forms.items() if "/accept" in it.action)].submit()

    session.expire_all()
    assert first.status is DeliverableStatus.ACCEPTED
    assert viktor.get(f"/projects/{mannheim.reference}").status_code == 200
    assert "Results of the call" not in viktor.get("/manage/calls/IUC-2020")
    viktor.get(f"/projects/{granada.reference}", status=404)
    viktor.get(f"/projects/{granada.reference}/deliverables/1", status=404)
    with pytest.raises(AppError, match="403"):
        viktor.post(f"/projects/{mannheim.reference}/close")


def test_who_did_not_agree_is_public_only_as_the_form_said(browser, accepted, granada, session):
    granada.public = False
    session.commit()

    page = browser.get(f"/awards/{granada.reference}")
    listed = browser.get("/awards")

    assert granada.title in page
    assert "The beneficiary has not agreed to further publication." in page
    for kept in (granada.summary, accepted.planned.title, "deliverables done"):
        assert kept not in page
        assert kept not in listed


def test_the_form_says_what_is_public_in_any_case(iuc, services, session, sign_in):
    services.proposals.start(iuc.call, iuc.granada, by=iuc.lucia, key="k")
    session.commit()

    page = sign_in(iuc.lucia).get("/proposals/IUC-2020-001/sections/declarations")

    said = page.html.select_one("#declarations-may_publish-help").get_text()
    assert "these are published in any case: the title" in said
    assert "the grant and the period" in said


def cities(page) -> dict[str, list[str]]:
    """Read the table of cities that work together."""
    rows = page.html.select("#pairings ~ details tbody tr")
    return {it.th.text: [cell.text for cell in it.select("td")] for it in rows}


def test_the_first_page_shows_a_projects_cities_once_its_agreement_is_signed(
    browser, unsigned, services, session, iuc
):
    assert not browser.get("/").html.select(".city-map, #pairings")

    services.projects.sign(unsigned, on=services.projects.clock().date(), by=iuc.helena)
    session.commit()

    page = browser.get("/")
    assert [it.text for it in page.html.select(".city-map text")] == ["Granada", "Kunming"]
    assert len(page.html.select(".city-map .link")) == 1
    assert cities(page) == {
        "City of Granada": ["Spain", "Kunming", "1"],
        "Kunming": ["China", "City of Granada", "1"],
    }


def test_a_city_of_pairing_and_project_is_one_and_one_without_a_place_is_in_the_table(
    browser, granada, session, iuc
):
    nowhere = Organisation(name="<b>Nowhere</b>", kind=OrganisationKind.CITY, country="DE")
    kunming = Organisation(name="Kunming 昆明", kind=OrganisationKind.CITY, country="CN")
    trio = [iuc.granada, kunming, nowhere]
    session.add(
        Pairing(
            programme_id=iuc.fund.programme_id,
            name="Trio",
            kind=PairingKind.TRIO,
            sdgs=[],
            cities=trio,
        )
    )
    session.commit()

    page = browser.get("/")

    assert {it.text for it in page.html.select(".city-map text")} == {"Granada", "Kunming"}
    assert cities(page) == {
        "<b>Nowhere</b>": ["Germany", "City of Granada, Kunming 昆明", "0"],
        "City of Granada": ["Spain", "<b>Nowhere</b>, Kunming 昆明", "1"],
        "Kunming 昆明": ["China", "<b>Nowhere</b>, City of Granada", "1"],
    }
    assert "is unknown: <b>Nowhere</b>." in page.html.figcaption.text

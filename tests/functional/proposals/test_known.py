"""What is known of an applicant is filled in, and told where the proposal says another thing."""

import json
import re
from io import BytesIO

import pytest

from grants.rules.forms.definition import Definition
from grants.rules.forms.definition_errors import InvalidDefinition
from tests.functional.proposals.conftest import ADDRESS
from tests.support.proposals import complete, submitted_version
from tests.support.samples import PDF
from tests.support.world import FORM

CITIES = f"{ADDRESS}/sections/cities"
AUTOSAVE = {"HX-Request": "true"}


def words(page):
    return " ".join(page.html.find("main").get_text(" ").split())


@pytest.mark.usefixtures("draft")
def test_what_the_record_says_is_filled_in_and_can_be_changed(lucia):
    page = lucia.get(CITIES)
    form = page.forms["section"]

    assert form["population"].value == "232000"
    assert "We filled this in from the record of City of Granada." in words(page)
    assert form.fields["name"][0].value == "City of Granada"
    assert form.fields["country"][0].value == "ES"

    form["population"] = "240,000"
    again = form.submit("save", status=303).follow()

    assert again.forms["section"]["population"].value == "240000"
    assert "We filled this in" not in words(again)


def test_nothing_that_is_filled_in_is_an_answer_before_somebody_saved_it(lucia, services, draft):
    lucia.get(CITIES)

    page = lucia.get(f"{ADDRESS}/submit")
    assert page.html.find("a", href=re.compile("cities-population")), "it is still missing"
    assert services.proposals.answers(draft) == {}


def test_it_is_an_answer_once_the_page_on_which_it_stood_is_saved(lucia, services, draft, session):
    form = lucia.get(CITIES).forms["section"]
    form.submit("save", headers=AUTOSAVE, status=204)
    session.rollback()

    saved = services.proposals.answers(draft)["cities"]

    assert saved["population"] == 232_000
    assert saved["lead_city"] == {"name": "City of Granada", "country": "ES"}
    assert not saved["pilot_city"], "a box is ticked by people alone"


@pytest.mark.usefixtures("draft")
def test_what_was_emptied_stays_empty(lucia):
    form = lucia.get(CITIES).forms["section"]
    form["population"] = ""

    page = form.submit("save", status=303).follow()

    assert page.forms["section"]["population"].value == ""


def test_what_the_record_does_not_tell_comes_from_what_was_submitted_last(
    lucia, sign_in, services, iuc, draft, session
):
    from grants.proposals.models import TeamMember

    iuc.granada.population = None
    submitted_version(services, iuc.call, iuc.granada, iuc.lucia, "The first")
    session.add(TeamMember(proposal=draft, person=iuc.stranger, since=iuc.lucia.created_at))
    session.commit()

    filled = lucia.get(CITIES).forms["section"]["population"].value
    guests = sign_in(iuc.stranger).get(CITIES).forms["section"]["population"].value

    assert (filled, guests) == ("232000", ""), "guests know nothing of other proposals"


def test_the_writer_is_told_where_the_record_says_another_thing(
    lucia, services, iuc, draft, session
):
    given = complete()["cities"] | {"population": 500_000}
    services.proposals.save(draft, "cities", given, by=iuc.lucia, revision=0, tab="")
    session.commit()

    writing, checking = lucia.get(CITIES), lucia.get(f"{ADDRESS}/submit")

    assert "The record of City of Granada says: 232,000 inhabitants." in words(writing)
    assert "The record of City of Granada says: Yes." in words(writing)
    for told in (
        "Population of the lead city: the proposal says “500,000 inhabitants”, the record of City"
        " of Granada says “232,000 inhabitants”.",
        "The lead city is, or was, a pilot city of the programme: the proposal says “No”, the"
        " record of City of Granada says “Yes”.",
    ):
        assert told in words(checking)


def test_whoever_checks_is_told_too_and_nothing_where_both_agree(
    sign_in, services, iuc, session, clock
):
    of_granada = submitted_version(services, iuc.call, iuc.granada, iuc.lucia).proposal
    of_lodz = services.proposals.start(iuc.call, iuc.lodz, by=iuc.zofia, key="one")
    agreeing = {
        "lead_city": {"name": "Łódź", "country": "PL"},
        "population": 670_000,
        "pilot_city": True,
        "pilot_since": 2017,
    }
    for code, given in complete().items():
        given = given | agreeing if code == "cities" else given
        services.proposals.save(of_lodz, code, given, by=iuc.zofia, revision=0, tab="")
    for name in ("mayor_letter", "paired_confirmation"):
        services.files.attach(
            of_lodz, f"annexes.{name}", name=f"{name}.pdf", content=BytesIO(PDF), by=iuc.zofia
        )
    services.proposals.submit(of_lodz, by=iuc.zofia)
    references = of_granada.reference, of_lodz.reference
    session.commit()
    clock.move_to(iuc.call.closes_at)
    helena = sign_in(iuc.helena)

    granada, lodz = (words(helena.get(f"/proposals/{it}/check")) for it in references)

    told = "the proposal says “No”, the record of City of Granada says “Yes”."
    assert told in granada
    assert "the record of" not in lodz


@pytest.mark.parametrize(
    ("kind", "role", "fits"),
    [
        ("short_text", "organisation", True),
        ("country", "organisation_country", True),
        ("number", "organisation_population", True),
        ("declaration", "organisation_pilot", True),
        ("long_text", "organisation_population", False),
    ],
)
def test_which_question_asks_for_what_is_part_of_the_form(kind, role, fits):
    form = json.loads(FORM.read_text(encoding="utf-8"))
    for section in form["sections"]:
        for field in section["fields"]:
            if field.get("role", "").startswith("organisation"):
                del field["role"]
    form["sections"][0]["fields"].append(
        {"kind": kind, "code": "asked", "label": "Asked", "role": role}
    )

    if fits:
        assert Definition.from_json(form).playing(role)[1].code == "asked"
    else:
        with pytest.raises(InvalidDefinition):
            Definition.from_json(form)

"""Writing a section: saved however incomplete, never over somebody else's words."""

import pytest

from tests.functional.proposals.conftest import ADDRESS
from tests.support.proposals import GRANADA, complete

pytestmark = pytest.mark.both_databases

PROJECT = f"{ADDRESS}/sections/project"
AUTOSAVE = {"HX-Request": "true"}


@pytest.fixture
def ana(iuc, session, sign_in):
    """A colleague of Lucía, signed in."""
    from grants.accounts.models import Membership
    from tests.support import world

    person = world.person(session, "Ana Molina", "ana@example.org", iuc.lucia.created_at)
    session.add(Membership(person=person, organisation=iuc.granada, since=person.created_at))
    return sign_in(person)


def section(browser, code="project"):
    return browser.get(f"{ADDRESS}/sections/{code}").forms["section"]


@pytest.mark.usefixtures("draft")
def test_an_over_long_text_is_kept_and_marked(lucia):
    form = section(lucia)
    form["summary"] = "word " * 201

    page = form.submit("save", status=303).follow()

    assert page.forms["section"]["summary"].value.split() == ["word"] * 201
    assert "201 words" in page
    assert page.html.find(id="project-summary")["aria-invalid"] == "true"


@pytest.mark.usefixtures("draft")
def test_what_cannot_be_read_is_kept_as_typed(lucia):
    form = section(lucia, "cities")
    form["population"] = "about 232 thousand"

    page = form.submit("save", status=303).follow()

    assert page.forms["section"]["population"].value == "about 232 thousand"
    assert page.html.find(id="cities-population")["aria-invalid"] == "true"


@pytest.mark.usefixtures("draft")
def test_saving_as_one_types_answers_with_nothing_and_keeps_the_words(lucia):
    form = section(lucia)
    for title in ("B", "Block", GRANADA):
        form["title"] = title
        answer = form.submit("save", headers=AUTOSAVE, status=204)

    assert answer.headers["Section-Revision"] == "3"
    assert section(lucia)["title"].value == GRANADA


@pytest.mark.usefixtures("draft")
def test_missing_answers_are_marked_when_one_comes_from_the_list_of_what_is_missing(lucia):
    calm = lucia.get(PROJECT)
    asked = lucia.get(f"{PROJECT}?check=all")

    assert not calm.html.select("[aria-invalid]")
    assert asked.html.find(id="project-title")["aria-invalid"] == "true"


def test_the_list_of_what_is_missing_leads_to_fields_that_are_there(
    lucia, services, iuc, session, draft
):
    begun = {
        "project": {"title": GRANADA},
        "cities": {"population": 232_000},
        "work": {"objectives": "Cities know how to use blockchain."},
        "annexes": {},
    }
    for code, given in begun.items():
        services.proposals.save(draft, code, given, by=iuc.lucia, revision=0, tab="")
    session.commit()

    links = [a["href"] for a in lucia.get(ADDRESS).html.select(".missing a")]

    assert len(links) > 6
    for link in links:
        address, _hash, anchor = link.partition("#")
        assert lucia.get(address).html.find(id=anchor), link


def test_links_lead_into_rows_and_amounts_too(lucia, services, iuc, session, draft):
    answers = {
        "cities": {
            "lead_city": {"name": "Granada", "country": None},
            "partners": [{"organisation": "Uni", "kind": None, "country": None, "email": "no"}],
        },
        "deliverables": {"planned": [{"type": None, "title": "x" * 200, "due_on": None}]},
        "budget": {
            "costs": {
                "rows": [{"description": "Experts", "heading": None, "quantity": 0}],
                "indirect": {"typed": "much"},
                "requested": 5,
            }
        },
        "project": {"period": {"from": "2020-05-01", "to": None}},
    }
    for code, given in answers.items():
        services.proposals.save(draft, code, given, by=iuc.lucia, revision=0, tab="")
    session.commit()

    links = [a["href"] for a in lucia.get(ADDRESS).html.select(".missing a")]

    pages = {link.partition("#")[0] for link in links}
    found = {page: {tag["id"] for tag in lucia.get(page).html.select("[id]")} for page in pages}
    lost = [link for link in links if link.partition("#")[2] not in found[link.partition("#")[0]]]
    assert lost == []


@pytest.mark.usefixtures("draft")
def test_a_budget_too_large_for_any_database_is_kept_as_typed_and_marked(lucia):
    form = section(lucia, "budget")
    form["description"], form["heading"] = "Everything", "services"
    form["quantity"] = form["unit_cost"] = "491771234567"

    page = form.submit("save", status=303).follow()

    assert "The costs add up to more than we can keep." in page
    assert page.forms["section"]["quantity"].value == "491,771,234,567"
    lucia.get(ADDRESS)


@pytest.mark.usefixtures("draft")
def test_rows_are_added_and_removed_without_script(lucia):
    form = section(lucia, "cities")
    page = form.submit("add_row:partners", status=303).follow()
    assert len(page.html.select("[data-rows=partners] [data-row-list] > [data-row]")) == 2

    page = page.forms["section"].submit("remove_row:partners:1", status=303).follow()

    assert len(page.html.select("[data-rows=partners] [data-row-list] > [data-row]")) == 1


@pytest.mark.usefixtures("draft")
def test_colleagues_in_different_sections_do_not_disturb_each_other(lucia, ana):
    hers, mine = section(ana, "work"), section(lucia)
    hers["objectives"], mine["title"] = "Cities know how", GRANADA

    hers.submit("save", status=303)
    mine.submit("save", status=303)

    assert section(ana, "work")["objectives"].value == "Cities know how"
    assert section(lucia)["title"].value == GRANADA


@pytest.mark.usefixtures("draft")
def test_two_in_one_section_see_both_texts_and_choose(lucia, ana):
    hers, mine = section(ana), section(lucia)
    hers["title"], hers["acronym"] = "Ana's title", "ANA"
    mine["title"], mine["acronym"] = "Lucía's title", "LUCIA"
    mine["summary"] = "Kept\r\nwith its lines"
    hers.submit("save", status=303)

    refused = mine.submit("save", status=409)

    said = " ".join(refused.html.main.get_text(" ").split())
    assert "Ana's title" in said
    assert "Lucía's title" in said
    assert "Ana Molina saved this section" in said
    form = refused.forms["clash"]
    assert [form[f"keep:{code}"].value for code in ("title", "acronym")] == [None, None]
    form["keep:title"] = "mine"
    unsaid = form.submit("save", status=422)
    assert "Choose for each of these answers which one stays." in unsaid
    form = unsaid.forms["clash"]
    assert form["keep:title"].value == "mine"
    form["keep:acronym"] = "theirs"
    page = form.submit("save", status=303).follow().forms["section"]
    assert (page["title"].value, page["acronym"].value) == ("Lucía's title", "ANA")
    assert page["summary"].value.split() == ["Kept", "with", "its", "lines"]


@pytest.mark.usefixtures("draft")
def test_what_only_a_colleague_changed_is_kept_without_asking(lucia, ana):
    hers, mine = section(ana), section(lucia)
    hers["acronym"], mine["title"] = "ANA", "Lucía's title"
    hers.submit("save", status=303)

    page = mine.submit("save", status=303).follow()

    form = page.forms["section"]
    assert (form["title"].value, form["acronym"].value) == ("Lucía's title", "ANA")
    assert "In the meantime this was changed in another window, and is kept: Acronym" in page


@pytest.mark.usefixtures("draft")
def test_only_what_both_changed_is_asked_and_the_rest_is_kept(lucia, ana):
    hers, mine = section(ana), section(lucia)
    hers["title"], hers["acronym"] = "A plan for our city", "ANA"
    mine["title"] = "A plan for the city"
    hers.submit("save", status=303)

    form = (asked := mine.submit("save", status=409)).forms["clash"]

    assert "keep:acronym" in form.fields
    assert [it.text for it in asked.html.select("fieldset.clash legend")] == ["Title"]
    assert [it.text for it in asked.html.select("mark")] == ["the", "our"]
    form["keep:title"] = "mine"
    page = form.submit("save", status=303).follow().forms["section"]
    assert (page["title"].value, page["acronym"].value) == ("A plan for the city", "ANA")


@pytest.mark.usefixtures("draft")
def test_two_windows_of_one_person_are_called_that(lucia):
    first, second = section(lucia), section(lucia)
    first["title"], second["title"] = "From the first window", "From the second window"
    first.submit("save", status=303)

    asked = second.submit("save", status=409)

    assert "You wrote here in two windows at the same time" in asked
    assert "Lucía Fernández saved this section" not in asked


@pytest.mark.usefixtures("draft")
def test_saving_as_one_types_goes_on_from_its_own_saves_and_keeps_what_others_changed(lucia, ana):
    mine = section(lucia)
    mine["title"] = "One"
    answer = mine.submit("save", headers=AUTOSAVE, status=204)
    hers = section(ana)
    hers["acronym"] = "ANA"
    hers.submit("save", status=303)

    mine["base"] = answer.headers["Section-Base"]
    mine["title"] = "Two"
    answer = mine.submit("save", headers=AUTOSAVE, status=204)

    assert answer.headers["Section-Merged"] == "yes"
    mine["base"], mine["title"] = answer.headers["Section-Base"], "Three"
    mine.submit("save", headers=AUTOSAVE, status=204)
    saved = section(lucia)
    assert (saved["title"].value, saved["acronym"].value) == ("Three", "ANA")


@pytest.mark.usefixtures("draft")
def test_saving_as_one_types_is_refused_too_and_nothing_is_overwritten(lucia, ana):
    hers, mine = section(ana), section(lucia)
    hers["title"], mine["title"] = "Ana's title", "Lucía's title"
    hers.submit("save", status=303)

    mine.submit("save", headers=AUTOSAVE, status=409)

    assert section(lucia)["title"].value == "Ana's title"


@pytest.mark.usefixtures("submitted")
def test_what_is_submitted_has_no_form(lucia):
    assert "the status is “Submitted”" in lucia.get(PROJECT, status=409)


@pytest.mark.usefixtures("draft")
def test_others_do_not_find_a_draft(iuc, sign_in):
    for person in (iuc.jonas, iuc.helena, iuc.wei, iuc.stranger, iuc.olga):
        sign_in(person).get(ADDRESS, status=404)


@pytest.mark.usefixtures("draft")
def test_a_section_that_the_form_does_not_have_is_not_found(lucia):
    lucia.get(f"{ADDRESS}/sections/nonsense", status=404)


@pytest.mark.usefixtures("draft")
def test_a_form_without_its_token_changes_nothing(lucia):
    form = section(lucia)
    form["csrf_token"], form["title"] = "forged", GRANADA

    form.submit("save", status=400)

    assert section(lucia)["title"].value == ""


def test_what_the_call_gives_is_said_where_the_grant_is_typed(lucia, whole):
    page = lucia.get(f"{ADDRESS}/sections/budget")

    hint = page.html.select_one("#budget-costs-requested-help").get_text().replace("\xa0", " ")
    assert (
        hint == "This call offers from EUR 10,000.00 to EUR 60,000.00, at most 80 % of the costs."
    )
    asked = page.html.select_one("#budget-costs-requested")["aria-describedby"]
    assert "budget-costs-requested-help" in asked


@pytest.mark.parametrize(
    ("section", "change", "sentence"),
    [
        (
            "cities",
            {"paired_city": {"name": "Mataró", "country": "ES"}},
            "the lead city is in this one",
        ),
        (
            "deliverables",
            {"planned": [{"type": "webinar", "title": "Later", "due_on": "2021-03-02"}]},
            "choose a day from 2 March 2020 to 1 March 2021",
        ),
        (
            "budget",
            {"costs": {**complete()["budget"]["costs"], "requested": 900_000}},
            "less than the smallest grant",
        ),
    ],
)
def test_what_contradicts_the_call_is_said_at_its_field_and_before_it_is_submitted(
    section, change, sentence, lucia, whole, services, session, iuc
):
    answers = complete()[section] | change
    services.proposals.save(whole, section, answers, by=iuc.lucia, revision=1, tab="")
    session.commit()

    for page in (lucia.get(f"{ADDRESS}/sections/{section}"), lucia.get(f"{ADDRESS}/submit")):
        assert sentence in page.html.main.get_text().replace("\xa0", " ")
    assert not any(it.action.endswith("/submit") for it in page.forms.values())

"""Items of the check that the portal computes: filled in, saved by people, or said otherwise."""

import pytest

from grants.ledger import LedgerEntry
from grants.rules.workflow import Interest
from tests.support.proposals import complete

COUNTRIES = {"kind": "countries", "bound": 2}
PEOPLE = {"kind": "population", "bound": 100_000}


@pytest.fixture
def call(evaluating):
    call = evaluating.world.call
    call.checklist = [
        {"code": "two", "kind": "eligibility", "text": "Two countries", "rule": COUNTRIES},
        {"code": "large", "kind": "eligibility", "text": "A large city", "rule": PEOPLE},
        {"code": "letter", "kind": "admissibility", "text": "The mayor's letter is attached."},
    ]
    return call


@pytest.fixture
def granada(evaluating, call):
    it = evaluating.world
    granada = evaluating.submit(it.granada, it.lucia, "Blockchain", answers=complete())
    evaluating.close_call()
    evaluating.session.commit()
    return granada


@pytest.fixture
def small(evaluating, call):
    it, answers = evaluating.world, complete("Small")
    answers["cities"] |= {"population": 60_000, "paired_city": {"name": "Jena", "country": "DE"}}
    answers["cities"]["lead_city"] = {"name": "Mannheim", "country": "DE"}
    small = evaluating.submit(it.mannheim, it.jonas, "Small", answers=answers)
    evaluating.close_call()
    evaluating.session.commit()
    return small


def said(evaluating, proposal):
    evaluating.session.rollback()
    evaluating.session.expire_all()
    return {
        it.code: (it.said.met, it.said.evidence, it.said.reason)
        for it in evaluating.services.checks.of(proposal)
    }


def test_what_is_computed_is_filled_in_and_saved_by_whoever_checks(evaluating, helena, granada):
    page = helena.get(f"/proposals/{granada.reference}/check")

    form = page.forms["check"]
    assert (form["met-two"].value, form["met-large"].value, form["met-letter"].value) == (
        *("yes", "yes"),
        "open",
    )
    assert form["evidence-two"].value == "Countries: China, Spain."
    assert form["evidence-large"].value == "Inhabitants: 232,000."
    assert "not saved yet" in page
    assert said(evaluating, granada)["two"] == (None, "", "")
    form.submit("save", status=303)
    assert said(evaluating, granada) == {
        "two": (True, "Countries: China, Spain.", ""),
        "large": (True, "Inhabitants: 232,000.", ""),
        "letter": (None, "", ""),
    }


def test_what_is_not_met_is_filled_in_with_its_reason(evaluating, helena, small):
    form = helena.get(f"/proposals/{small.reference}/check").forms["check"]

    form.submit("save", status=303)

    assert said(evaluating, small)["two"] == (False, "", "Countries: Germany.")
    assert said(evaluating, small)["large"] == (False, "", "Inhabitants: 60,000.")


def test_whoever_says_otherwise_says_why(evaluating, helena, small):
    form = helena.get(f"/proposals/{small.reference}/check").forms["check"]
    form["met-large"], form["reason-large"] = "yes", ""

    page = form.submit("save", status=422)
    form = page.forms["check"]

    assert "By what the portal computes it is not met." in page
    assert form["met-large"].value == "yes"
    form["evidence-large"] = "With its district 310,000, by the census of 2022."
    form.submit("save", status=303)
    assert said(evaluating, small)["large"][0] is True
    entry = evaluating.session.query(LedgerEntry).filter_by(
        subject_reference=f"{small.reference}/large"
    )
    assert entry.one().payload["computed"] == "not met"


def test_what_was_said_stands_and_what_was_computed_is_still_shown(evaluating, helena, small):
    helena.get(f"/proposals/{small.reference}/check").forms["check"].submit("save", status=303)

    page = helena.get(f"/proposals/{small.reference}/check")

    assert "computed: not met – Countries: Germany." in page.html.find(id="two").text
    assert "not saved yet" not in page


def test_all_proposals_are_filled_in_at_once_and_answers_stay(
    evaluating, helena, visitor, granada, small
):
    by = evaluating.world.viktor
    evaluating.services.checks.answer(small, "two", met=False, reason="Both are German.", by=by)
    evaluating.session.commit()
    page = helena.get("/manage/calls/IUC-2020/checks")

    form = next(it for it in page.forms.values() if it.action.endswith("/checks"))
    page = form.submit(status=303).follow()

    assert "Filled in for 2 proposals." in page
    assert said(evaluating, granada)["two"][0] is True
    assert said(evaluating, small)["two"] == (False, "", "Both are German.")
    assert said(evaluating, small)["large"] == (False, "", "Inhabitants: 60,000.")
    assert "Filled in for 0 proposals." in form.submit(status=303).follow()


def test_a_manager_with_an_interest_fills_in_nothing_of_it(evaluating, visitor, granada, small):
    it = evaluating.world
    evaluating.services.interests.declare(it.viktor, granada, Interest.DISQUALIFYING, "Mine.")
    evaluating.session.commit()
    viktor = visitor(it.viktor)

    viktor.post("/manage/calls/IUC-2020/checks", status="*")

    assert said(evaluating, granada)["two"] == (None, "", "")


def test_a_call_without_such_items_offers_nothing(evaluating, helena):
    evaluating.three()
    evaluating.close_call()
    evaluating.session.commit()

    assert "Fill in what the portal computes" not in helena.get("/manage/calls/IUC-2020/checks")


def test_the_public_reads_what_is_computed(evaluating, browser, call):
    evaluating.session.commit()

    items = browser.get("/calls/IUC-2020").html.find(id="checked-first").find_next("ul")

    assert "Lead city, paired city and partners are of at least 2 countries." in items.text
    assert "at least 100,000 inhabitants" in items.text

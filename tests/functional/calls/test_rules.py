"""The rules that reject people: public before the deadline, exact, and as they were typed."""

from fractions import Fraction

import pytest
from sqlalchemy import select

from grants.calls.models import Call
from grants.proposals.queries.submission_checks import still_missing
from grants.rules.forms.definition import Definition
from grants.rules.scoring import Basis, ListRule
from tests.functional.calls.test_calls import fill
from tests.support.proposals import complete

RULES = {
    "en": (
        "Each proposal receives at least 3 reviews.",
        "All criteria together need at least 10 of 15 points, each criterion counted once.",
        "Excellence: at least 3 of 5 points.",
        "ranks higher: Impact, Excellence.",
        "ends the list; it and all after it go to the reserve list.",
        "A proposal requests at least EUR\u00a010,000.00 and at most EUR\u00a060,000.00",
        "no more than 80\u00a0% of its costs.",
    ),
    "de": ("mindestens 3 Gutachten", "mindestens 10 von 15 Punkten", "Reserveliste", "80\u00a0%"),
    "es": ("al menos 3 evaluaciones", "al menos 10 de 15 puntos", "lista de reserva", "80\u00a0%"),
}


@pytest.fixture
def helena(iuc, sign_in):
    return sign_in(iuc.helena)


@pytest.fixture
def new_form(helena):
    return helena.get("/manage/funds/IUC-ASIA/calls/new").forms["call"]


def written(session):
    return session.scalar(select(Call).where(Call.code == "IUC-2021"))


@pytest.mark.parametrize("language", RULES)
def test_the_public_page_says_by_what_proposals_are_rejected(iuc, browser, language):
    page = browser.get("/calls/IUC-2020", headers={"Accept-Language": language})

    text = " ".join(page.html.find("main").text.split(" "))
    assert [words for words in RULES[language] if words not in text] == []


def test_who_publishes_reads_the_same_rules(helena, new_form, iuc):
    fill(new_form, iuc, list_rule="OFFER_REDUCED", minimum_reviews="2").submit("save", status=303)

    text = helena.get("/manage/calls/IUC-2021").html.find("main").text

    assert "at least 2 reviews" in text
    assert "offered what remains, unless that is below the smallest grant" in text


@pytest.mark.parametrize(
    ("basis", "threshold", "words"),
    [
        (Basis.WEIGHTED_SUM, "10.5", "at least 10.5 of 17.5 points, each criterion counted by"),
        (Basis.WEIGHTED_SHARE, "60", "at least 60 % of the most that is possible"),
        (Basis.WEIGHTED_SUM, None, "There is no threshold for all criteria together."),
    ],
)
def test_what_a_threshold_counts_is_said(iuc, browser, session, basis, threshold, words):
    iuc.call.rules = iuc.call.rules | {
        "basis": basis.value,
        "overall_threshold": threshold,
        "tie_rules": [],
        "list_rule": ListRule.SKIP_FILL.value,
    }
    session.commit()

    text = browser.get("/calls/IUC-2020").html.find("main").text

    assert words in text
    assert "Ties are decided by lot" in text
    assert "later ones that fit move up" in text


@pytest.mark.parametrize(
    ("typed", "kept", "again", "said"),
    [
        ("2/3", Fraction(2, 3), "2/3", "2/3 (66.67\u00a0%)"),
        ("66.5 %", Fraction(133, 200), "66.5", "66.5\u00a0%"),
        ("100", Fraction(1), "100", "100\u00a0%"),
        ("33.3333", Fraction(333333, 1000000), "33.3333", "33.33"),
    ],
)
def test_a_share_is_exactly_what_was_typed(
    helena, new_form, iuc, session, typed, kept, again, said
):
    fill(new_form, iuc, cofinancing=typed).submit("save", status=303)

    assert written(session).cofinancing == kept
    page = helena.get("/manage/calls/IUC-2021/edit")
    assert page.forms["call"]["cofinancing"].value == again
    assert said in helena.get("/manage/calls/IUC-2021").html.find("main").text


@pytest.mark.parametrize("typed", ["0", "101", "3/2", "0/3", "2/0", "2/3 %", "a lot", "-1", "1e3"])
def test_what_is_no_share_is_refused_and_kept(new_form, iuc, typed):
    page = fill(new_form, iuc, cofinancing=typed).submit("save", status=422)

    assert page.forms["call"]["cofinancing"].value == typed


@pytest.mark.parametrize("typed", ["1.5", "3/2", "0.75", "40"])
def test_a_weight_comes_back_as_it_was_typed(helena, new_form, iuc, session, typed):
    form = fill(new_form, iuc)
    form["weight"] = typed
    form.submit("save", status=303)

    assert Fraction(written(session).criteria[0].weight) == Fraction(typed)
    assert helena.get("/manage/calls/IUC-2021/edit").forms["call"]["weight"].value == typed


def test_two_thirds_of_the_costs_are_two_thirds_to_the_cent(iuc, session):
    iuc.call.cofinancing = Fraction(2, 3)
    session.flush()
    definition, answers = Definition.from_json(iuc.form.definition), complete()
    costs = answers["budget"]["costs"]
    total = definition.playing("budget")[1].computed(costs).total_cents
    whole = "The fund pays a share of the costs only: here at most {limit}."

    found = []
    for asked in (total * 2 // 3, total * 2 // 3 + 1):
        costs["requested"] = asked
        found.append([it.why for it in still_missing(iuc.call, definition, answers)])

    assert [whole in each for each in found] == [False, True]


def test_when_reviews_disagree_is_typed_kept_and_said(helena, new_form, iuc, session):
    form = fill(new_form, iuc, differ_total="3", differ_criterion="1,5")
    form["differ_threshold"] = True
    form.submit("save", status=303)

    rule = {"total": "3", "criterion": "1.5", "both_sides": True}
    assert written(session).rules["divergence"] == rule
    form = helena.get("/manage/calls/IUC-2021/edit").forms["call"]
    assert (form["differ_criterion"].value, form["differ_threshold"].checked) == ("1.5", True)
    text = helena.get("/manage/calls/IUC-2021").html.find("main").text
    assert "when their scores of one criterion differ by more than 1.5 points." in text


def test_a_call_without_such_a_rule_keeps_none(new_form, iuc, session):
    fill(new_form, iuc).submit("save", status=303)

    assert "divergence" not in written(session).rules


def test_points_by_which_reviews_never_differ_are_refused(new_form, iuc):
    page = fill(new_form, iuc, differ_criterion="5").submit("save", status=422)

    assert "Reviews can never differ by more than that many points." in page

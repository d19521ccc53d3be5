"""A manager gives criteria scales, sections and rules of their own; the public reads them."""

import pytest
from sqlalchemy import select

from grants.calls.models import Call
from tests.functional.calls.test_calls import fill


@pytest.fixture
def helena(iuc, sign_in):
    return sign_in(iuc.helena)


@pytest.fixture
def written(helena, iuc, session):
    """A call whose one criterion goes from 0 to 100 and stands in a section."""
    form = fill(helena.get("/manage/funds/IUC-ASIA/calls/new").forms["call"], iuc)
    form["threshold_halves"] = "60.5"
    form["scale"] = "0-200-2"
    form["meanings"] = "100 Excellent\n0 Not there"
    form["comment_below_halves"] = "50"
    form["not_assessed"] = "LOWEST"
    form.get("section", index=0).value = "Relevance"
    form["combine"] = "MEDIAN"
    form = form.submit("add_row:sections", value="1", status=422).forms["call"]
    form.get("section", index=1).value = "Relevance"
    form["threshold"] = "90"
    form["overall_threshold"] = "60"
    form.submit("save", status=303)
    return session.scalar(select(Call).where(Call.code == "IUC-2021"))


def text(page):
    return " ".join(page.html.find("main").text.split())


def test_what_was_written_of_a_criterion_is_shown_again_unfolded(helena, written):
    form = helena.get("/manage/calls/IUC-2021/edit").forms["call"]

    assert [form[it].value for it in ("threshold_halves", "scale", "comment_below_halves")] == [
        "60.5",
        "0-200-2",
        "50",
    ]
    assert (form["not_assessed"].value, form["combine"].value) == ("LOWEST", "MEDIAN")
    assert form["threshold"].value == "90"
    folded = helena.get("/manage/calls/IUC-2021/edit").html.select("details.form-folded")
    assert [it.has_attr("open") for it in folded if not it.find_parent("template")] == [True]


def test_what_is_usual_stays_folded_and_is_kept_as_before(helena, new_plain, session):
    call = session.scalar(select(Call).where(Call.code == "IUC-2021"))
    folded = helena.get("/manage/calls/IUC-2021/edit").html.select("details.form-folded")

    assert [it.has_attr("open") for it in folded if not it.find_parent("template")] == [False]
    assert [it.options for it in call.criteria] == [{}]
    assert not {"combine", "sections"} & set(call.rules)


@pytest.fixture
def new_plain(helena, iuc):
    form = helena.get("/manage/funds/IUC-ASIA/calls/new").forms["call"]
    fill(form, iuc).submit("save", status=303)


def test_the_public_reads_all_that_can_reject_a_proposal(helena, written, browser):
    page = helena.get("/manage/calls/IUC-2021")
    next(it for it in page.forms.values() if it.action.endswith("/publish")).submit(status=303)

    page = text(browser.get("/calls/IUC-2021"))

    for words in (
        "Section: Relevance Impact",
        "0 to 100",
        "100 Excellent",
        "then it counts as the lowest score",
        "Impact: at least 60.5 of 100 points.",
        "Section Relevance: at least 90 of 150 points, each criterion by its weight.",
        "The score of a criterion is their median, computed exactly.",
        "All criteria together need at least 60 of 100 points",
    ):
        assert words in page


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"threshold_halves": "101"}, "101 is not on the scale"),
        (
            {"threshold_halves": "6", "scale": "0-10-1"},
            "The threshold of impact is not on the scale",
        ),
        ({"bonus": True}, "Impact is a bonus and has no threshold."),
        ({"threshold": "151"}, "The threshold of section Relevance can never be reached."),
    ],
)
def test_what_contradicts_itself_is_refused_and_kept(helena, written, changed, words):
    form = helena.get("/manage/calls/IUC-2021/edit").forms["call"]
    for name, value in changed.items():
        form[name] = value

    page = form.submit("save", status=422)

    assert words in text(page)
    kept = page.forms["call"]
    for name, value in changed.items():
        assert (kept[name].checked if value is True else kept[name].value) == value


def test_a_correction_says_which_scale_was_before(helena, written, browser):
    page = helena.get("/manage/calls/IUC-2021")
    next(it for it in page.forms.values() if it.action.endswith("/publish")).submit(status=303)
    form = helena.get("/manage/calls/IUC-2021/correct").forms["call"]
    form["scale"], form["threshold_halves"], form["comment_below_halves"] = "0-20-2", "6", ""
    form["threshold"], form["overall_threshold"] = "9", "6"
    form["reason"] = "A hundred points were too many."
    form.submit("save", status=303)

    page = text(browser.get("/calls/IUC-2021"))

    assert "Scale 0 to 100" in page
    assert "A comment is needed below 50" in page
    assert "Scale 0 to 10, Section Relevance" in page
    assert "Relevance: 90" in page
    assert "Relevance: 9" in page

"""How ties are ended and drawn: asked on the form of a call, committed, public, copied."""

import pytest
import sqlalchemy as sa

from grants.calls.models import Call, DrawSeed
from tests.functional.calls.test_calls import fill

NEW = "/manage/funds/IUC-ASIA/calls/new"


@pytest.fixture
def helena(iuc, sign_in):
    return sign_in(iuc.helena)


def write(helena, iuc, **changed):
    fill(helena.get(NEW).forms["call"], iuc, **changed).submit("save", status=303)


def publish(helena):
    page = helena.get("/manage/calls/IUC-2021")
    next(it for it in page.forms.values() if it.action.endswith("/publish")).submit(status=303)


def test_a_new_call_draws_by_seed_unless_its_manager_chooses_otherwise(helena, iuc, session):
    assert helena.get(NEW).forms["call"]["draw"].value == "SEED"
    write(helena, iuc, draw="RECORDED")

    call = session.scalar(sa.select(Call).where(Call.code == "IUC-2021"))
    assert "draw" not in call.rules
    publish(helena)
    assert session.scalars(sa.select(DrawSeed)).all() == []


def test_publishing_commits_the_seed_and_shows_its_hash_alone(helena, iuc, session, browser):
    write(helena, iuc, ties="Impact, smaller request, new country")
    assert session.scalars(sa.select(DrawSeed)).all() == []
    publish(helena)

    seed = session.scalars(sa.select(DrawSeed)).one()
    page = browser.get("/calls/IUC-2021")
    assert seed.sha256 in page
    assert seed.secret not in page
    assert "more points on Impact, the smaller request, a new country of the lead" in page
    german = browser.get("/calls/IUC-2021", headers={"Accept-Language": "de"})
    assert "ein neues Land der federführenden Organisation" in german


def test_facts_are_shown_in_the_words_of_the_reader_and_read_in_any(helena, iuc, session):
    write(helena, iuc, ties="neues Thema, Impact")

    call = session.scalar(sa.select(Call).where(Call.code == "IUC-2021"))
    assert call.rules["tie_rules"] == ["fact:new_topic", "impact"]
    form = helena.get("/manage/calls/IUC-2021/edit").forms["call"]
    assert form["ties"].value == "new topic, Impact"
    copy = helena.get(f"{NEW}?copy=IUC-2021").forms["call"]
    assert (copy["ties"].value, copy["draw"].value) == ("new topic, Impact", "SEED")


def test_a_correction_shows_both_rules_and_keeps_the_seed(helena, iuc, session, browser):
    write(helena, iuc, ties="new country")
    publish(helena)
    first = session.scalars(sa.select(DrawSeed.sha256)).one()
    form = helena.get("/manage/calls/IUC-2021/correct").forms["call"]
    form["ties"], form["draw"], form["reason"] = "smaller request", "RECORDED", "A mistake."
    form.submit("save", status=303)

    page = browser.get("/calls/IUC-2021").html.find("main").text
    for words in ("new country", "smaller request", "drawn before witnesses", "so that anyone can"):
        assert words in page
    assert session.scalars(sa.select(DrawSeed.sha256)).one() == first


def test_what_is_neither_a_criterion_nor_a_fact_is_refused(helena, iuc):
    page = fill(helena.get(NEW).forms["call"], iuc, ties="new moon").submit("save", status=422)

    assert "There is no criterion “new moon”." in page

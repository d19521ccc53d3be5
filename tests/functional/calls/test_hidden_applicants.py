"""A manager has a call hide its applicants from reviewers; the public reads it, also corrected."""

import pytest
from sqlalchemy import select

from grants.calls.models import Call
from grants.calls.queries.stage_plans import earlier_stages, hides_applicants_in
from tests.functional.calls.test_calls import fill
from tests.support.staging import Staging

SAID = "Reviewers do not learn who applies"


@pytest.fixture
def helena(iuc, sign_in):
    return sign_in(iuc.helena)


def save(helena, iuc, session, **changed):
    fill(helena.get("/manage/funds/IUC-ASIA/calls/new").forms["call"], iuc, **changed).submit(
        "save", status=303
    )
    return session.scalar(select(Call).where(Call.code == "IUC-2021"))


def test_what_is_ticked_is_kept_shown_again_and_public(helena, iuc, session, browser):
    call = save(helena, iuc, session, hides_applicants=True)

    assert call.rules["hides_applicants"] is True
    assert helena.get("/manage/calls/IUC-2021/edit").forms["call"]["hides_applicants"].checked
    assert SAID in helena.get("/manage/calls/IUC-2021")
    copy = helena.get("/manage/funds/IUC-ASIA/calls/new?copy=IUC-2021").forms["call"]
    assert copy["hides_applicants"].checked


def test_a_call_that_hides_nobody_says_nothing_of_it(helena, iuc, session):
    call = save(helena, iuc, session)

    assert "hides_applicants" not in call.rules
    assert "names of applicants" not in helena.get("/manage/calls/IUC-2021").html.find("main").text


def test_a_correction_shows_the_old_beside_the_new(helena, iuc, session, browser):
    save(helena, iuc, session)
    page = helena.get("/manage/calls/IUC-2021")
    next(it for it in page.forms.values() if it.action.endswith("/publish")).submit(status=303)
    form = helena.get("/manage/calls/IUC-2021/correct").forms["call"]
    form["reason"], form["hides_applicants"] = "Names lead astray.", True

    form.submit("save", status=303)

    row = browser.get("/calls/IUC-2021").html.find("th", string=SAID).find_parent("tr")
    assert [cell.text.strip() for cell in row.find_all("td")] == ["–", "Yes"]


def test_an_earlier_stage_hides_them_for_itself(evaluating):
    call = evaluating.world.call

    Staging(evaluating).plan(hides_applicants=True)

    (planned,) = earlier_stages(call)
    assert planned.hides_applicants
    assert planned.to_dict()["hides_applicants"] is True
    assert [hides_applicants_in(call, phase) for phase in (1, 2)] == [True, False]


def test_a_stage_that_hides_nobody_keeps_its_text(evaluating):
    (planned,) = [Staging(evaluating).plan()]

    assert "hides_applicants" not in planned.to_dict()
    assert [hides_applicants_in(evaluating.world.call, phase) for phase in (1, 2)] == [False, False]

"""A manager says what the portal computes of the formal check."""

import pytest
from sqlalchemy import select

from grants.calls.models import Call
from tests.functional.calls.test_calls import fill


@pytest.fixture
def helena(iuc, sign_in):
    return sign_in(iuc.helena)


@pytest.fixture
def form(helena, iuc):
    return fill(helena.get("/manage/funds/IUC-ASIA/calls/new").forms["call"], iuc)


def kept(session):
    session.expire_all()
    return session.scalar(select(Call).where(Call.code == "IUC-2021"))


def test_a_rule_is_kept_with_its_number_and_shown_again(helena, form, session):
    form["computed"], form["bound"] = "countries", "2"

    form.submit("save", status=303)

    (item,) = kept(session).checklist
    assert item["rule"] == {"kind": "countries", "bound": 2}
    again = helena.get("/manage/calls/IUC-2021/edit").forms["call"]
    assert (again["computed"].value, again["bound"].value) == ("countries", "2")
    assert "are of at least 2 countries" in helena.get("/manage/calls/IUC-2021")


def test_an_item_without_a_rule_is_kept_as_before(form, session):
    form.submit("save", status=303)

    (item,) = kept(session).checklist
    assert item == {"code": item["code"], "kind": "eligibility", "text": "Cities of two countries."}


@pytest.mark.parametrize(
    ("computed", "bound", "told"),
    [("population", "", "needs its number"), ("", "2", "nothing that the portal computes")],
)
def test_a_number_too_few_or_too_many_is_refused(form, computed, bound, told):
    form["computed"], form["bound"] = computed, bound

    page = form.submit("save", status=422)

    assert told in page


def test_the_code_stays_with_its_item_until_the_rule_changes(helena, form, session):
    form["computed"], form["bound"] = "months", "12"
    form.submit("save", status=303)
    (before,) = kept(session).checklist
    again = helena.get("/manage/calls/IUC-2021/edit").forms["call"]

    again.submit("save", status=303)

    assert kept(session).checklist == [before]

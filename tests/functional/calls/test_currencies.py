"""One currency from the call to the agreement: a contradiction is never published."""

import json

import pytest
from sqlalchemy import select

from grants.calls.models import Call
from grants.rules.errors import Refused
from grants.rules.forms.definition import Definition
from grants.rules.money import MixedCurrencies, UnusableMoney
from grants.rules.workflow import CallStatus, ProposalStatus
from tests.functional.calls.test_calls import fill

BOTH = "asks for amounts in EUR. Choose one currency for both."


@pytest.fixture
def helena(iuc, sign_in):
    return sign_in(iuc.helena)


@pytest.fixture
def write(helena, iuc):
    """Write the call IUC-2021 with what is changed in it."""

    def writing(status, form=None, **changed):
        page = fill(helena.get("/manage/funds/IUC-ASIA/calls/new").forms["call"], iuc)
        page["form_id"] = str((form or iuc.form).id)
        for name, value in changed.items():
            page[name].force_value(value)
        return page.submit("save", status=status)

    return writing


@pytest.fixture
def publish(helena):
    def publishing(status):
        page = helena.get("/manage/calls/IUC-2021")
        [form] = [it for it in page.forms.values() if it.action.endswith("/publish")]
        return form.submit(status=status)

    return publishing


@pytest.fixture
def yen_form(iuc, services, session):
    plain = json.loads(json.dumps(iuc.form.definition))
    for section in plain["sections"]:
        for field in section["fields"]:
            if field["kind"] in ("budget", "money"):
                field["currency"] = "JPY"
    made = services.calls.keep_form("iuc-yen", Definition.from_json(plain))
    session.commit()
    return made


def stands(session):
    session.expire_all()
    return session.scalar(select(Call.status).where(Call.code == "IUC-2021"))


def test_a_call_in_yen_with_a_form_in_euro_is_not_published(write, helena, iuc, services, session):
    write(303, currency="JPY", envelope_cents="200,000", smallest_cents="1", largest_cents="9")

    page = helena.get("/manage/calls/IUC-2021")
    assert BOTH in page.html.find("main").text
    assert not [it for it in page.forms.values() if it.action.endswith("/publish")]
    call = session.scalar(select(Call).where(Call.code == "IUC-2021"))
    with pytest.raises(Refused, match="Choose one currency for both"):
        services.calls.open_to_public(call, by=iuc.helena)
    session.rollback()
    assert stands(session) is CallStatus.DRAFT


def test_a_call_is_written_in_a_currency_that_there_is(write):
    page = write(422, currency="QQQ")

    assert page.forms["call"]["currency"].value == "QQQ"
    assert "Currency" in page.html.select_one(".error-summary").text


def test_yen_have_no_decimals_anywhere(write, publish, yen_form, browser, helena, session):
    typed = {"smallest_cents": "100,000", "largest_cents": "1,000,000"}
    page = write(422, yen_form, currency="JPY", envelope_cents="9,000,000.00", **typed)
    assert "has decimals, and this currency has none. Write it like 1,234." in page
    write(303, yen_form, currency="JPY", envelope_cents="9,000,000", **typed)
    publish(303)

    call = session.scalar(select(Call).where(Call.code == "IUC-2021"))
    assert call.envelope_cents == 9_000_000
    assert "JPY\u00a09,000,000" in browser.get("/calls/IUC-2021").html.find("main").text
    again = helena.get("/manage/calls/IUC-2021/correct").forms["call"]
    assert again["envelope_cents"].value == "9,000,000"


def test_a_correction_never_parts_the_call_from_its_form(helena, iuc, session):
    form = helena.get("/manage/calls/IUC-2020/correct").forms["call"]
    form["currency"], form["reason"] = "USD", "In dollars."

    page = form.submit("save", status=409)

    assert "The call is in USD" in page.html.find("main").text
    assert page.forms["call"]["reason"].value == "In dollars."
    session.expire_all()
    assert iuc.call.currency == "EUR"


def test_a_call_that_was_published_so_is_mended(helena, iuc, services, session):
    """Amounts were asked for in euro all the time: the call says so now."""
    services.proposals.start(iuc.call, iuc.granada, by=iuc.lucia, key="k")
    iuc.call.currency = "JPY"
    session.commit()
    form = helena.get("/manage/calls/IUC-2020/correct").forms["call"]
    amounts = {"envelope_cents": "120,000", "smallest_cents": "10,000", "largest_cents": "60,000"}
    for name, value in ({"currency": "EUR", "reason": "It was euro."} | amounts).items():
        form[name] = value

    form.submit("save", status=303)

    session.expire_all()
    assert (iuc.call.currency, iuc.call.envelope_cents) == ("EUR", 12_000_000)


def test_once_it_is_judged_not_even_that_is_mended(evaluating, helena, iuc, session):
    granada = evaluating.three()[0]
    granada.status = ProposalStatus.ADMISSIBLE
    iuc.call.currency = "JPY"
    session.commit()
    form = helena.get("/manage/calls/IUC-2020/correct").forms["call"]
    amounts = {"envelope_cents": "120,000", "smallest_cents": "10,000", "largest_cents": "60,000"}
    for name, value in ({"currency": "EUR", "reason": "It was euro."} | amounts).items():
        form[name] = value

    assert "The currency can no longer be changed" in form.submit("save", status=409)


def test_nothing_is_submitted_while_they_contradict_each_other(iuc, services, session):
    draft = services.proposals.start(iuc.call, iuc.granada, by=iuc.lucia, key="k")
    iuc.call.currency = "JPY"
    session.flush()

    with pytest.raises(MixedCurrencies, match="its form asks for amounts in EUR"):
        services.proposals.submit(draft, by=iuc.lucia)


def test_a_form_asks_in_one_currency_that_there_is(iuc, services):
    money = {"kind": "money", "code": "more", "label": "More", "currency": "USD"}
    plain = json.loads(json.dumps(iuc.form.definition))
    plain["sections"][0]["fields"].append(money)
    with pytest.raises(MixedCurrencies, match="USD"):
        services.calls.keep_form("two", Definition.from_json(plain))

    money["currency"] = "QQQ"
    with pytest.raises(UnusableMoney, match="QQQ"):
        services.calls.keep_form("none", Definition.from_json(plain))

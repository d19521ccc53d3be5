"""A fund manager writes, publishes and corrects a call; the public reads it."""

from datetime import UTC, datetime
from fractions import Fraction

import pytest
from sqlalchemy import select

from grants.calls.models import Call
from grants.kit.mail.models import WaitingMail
from grants.kit.secrets.sealing import SECRET, opened
from grants.ledger import verify
from grants.rules.workflow import CallStatus

NEW = {
    "code": "IUC-2021",
    "title": "Competitive fund 2021",
    "summary": "Cities of Europe and Asia.\nSecond round.",
    "currency": "EUR",
    "envelope_cents": "200,000.00",
    "smallest_cents": "10,000",
    "largest_cents": "60000",
    "cofinancing": "82.5",
    "zone": "Europe/Brussels",
    "opens": "2020-03-02T09:00",
    "closes": "2020-04-30T17:00",
    "overall_threshold": "3",
    "basis": "UNWEIGHTED_SUM",
    "list_rule": "STRICT_STOP",
    "ties": "Impact",
    "minimum_reviews": "3",
}


def fill(form, iuc, **changed):
    for name, value in {**NEW, **changed}.items():
        if name in form.fields:
            form[name] = value
    form["form_id"] = str(iuc.form.id)
    form.get("topic_ids", index=0).checked = True
    form["name"], form["weight"], form["threshold_halves"] = "Impact", "3/2", "3"
    form["kind"], form["text"] = "eligibility", "Cities of two countries."
    return form


@pytest.fixture
def helena(iuc, sign_in):
    return sign_in(iuc.helena)


@pytest.fixture
def new_form(helena):
    return helena.get("/manage/funds/IUC-ASIA/calls/new").forms["call"]


def test_a_call_is_written_then_published_then_frozen(helena, new_form, iuc, session, browser):
    fill(new_form, iuc).submit("save", status=303)

    call = session.scalar(select(Call).where(Call.code == "IUC-2021"))
    assert call.status is CallStatus.DRAFT
    assert call.closes_at == datetime(2020, 4, 30, 15, 0, tzinfo=UTC)
    assert (call.envelope_cents, call.cofinancing) == (20_000_000, Fraction(33, 40))
    assert [(it.code, it.weight, it.threshold_halves) for it in call.criteria] == [
        ("impact", "3/2", 6)
    ]
    browser.get("/calls/IUC-2021", status=404)

    page = helena.get("/manage/calls/IUC-2021")
    publish = [it for it in page.forms.values() if it.action.endswith("/publish")]
    publish[0].submit(status=303)

    assert "Competitive fund 2021" in browser.get("/calls/IUC-2021").text
    helena.get("/manage/calls/IUC-2021/edit", status=409)
    assert verify(session).ok


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"closes": "2020-03-29T02:30"}, "does not exist in Europe/Brussels"),
        ({"closes": "2020-10-25T02:30"}, "exists twice in Europe/Brussels"),
        ({"closes": "2020-03-01T02:30"}, "A call closes after it opens."),
        ({"largest_cents": "300000"}, "One grant cannot exceed the envelope."),
        ({"envelope_cents": "a lot"}, "a lot"),
        ({"overall_threshold": "10"}, "The overall threshold can never be reached"),
        ({"ties": "Beauty"}, "There is no criterion “Beauty”."),
        ({"code": "iuc 2021"}, "Enter capital letters and digits"),
    ],
)
def test_what_contradicts_itself_is_refused_and_kept(new_form, iuc, changed, words):
    page = fill(new_form, iuc, **changed).submit("save", status=422)

    assert words in page.text
    form = page.forms["call"]
    for name, value in changed.items():
        assert form[name].value == value
    assert form["title"].value == NEW["title"]


def test_a_correction_is_a_new_version_and_applicants_are_told(helena, iuc, services, session):
    services.proposals.start(iuc.call, iuc.granada, by=iuc.lucia, key="k")
    session.commit()
    page = helena.get("/manage/calls/IUC-2020/correct")
    form = page.forms["call"]
    form["title"] = "Competitive fund 2020, corrected"
    form["reason"] = "The title was wrong."

    form.submit("save", status=303)

    session.expire_all()
    assert session.get(Call, iuc.call.id).number == 2
    [letter] = session.scalars(select(WaitingMail)).all()
    assert letter.to == iuc.lucia.email
    assert "The title was wrong." in opened(letter.body, session.info[SECRET])


def test_strangers_and_applicants_do_not_see_how_a_call_is_managed(iuc, sign_in, browser):
    browser.get("/manage/calls/IUC-2020", status=303)
    sign_in(iuc.lucia).get("/manage/calls/IUC-2020", status=404)
    sign_in(iuc.stranger).get("/manage/funds/IUC-ASIA", status=404)


def test_an_auditor_reads_and_changes_nothing(iuc, sign_in):
    olga = sign_in(iuc.olga)

    olga.get("/manage/calls/IUC-2020", status=200)
    olga.get("/manage/calls/IUC-2020/correct", status=403)
    olga.get("/manage/funds/IUC-ASIA/calls/new", status=403)


@pytest.mark.parametrize("address", ["/", "/calls", "/calls/IUC-2020", "/calendar", "/privacy"])
@pytest.mark.parametrize("language", ["en", "de", "es"])
def test_public_pages_open_in_every_language(iuc, browser, address, language):
    page = browser.get(address, headers={"Accept-Language": language})

    assert page.html.html["lang"] == language

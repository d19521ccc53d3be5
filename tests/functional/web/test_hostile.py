"""What nobody types by accident leads to nothing, on both databases, and breaks nothing."""

import pytest
from webob import Request

ODD = ("a%00b", "%C2%B2", "-1", "0", "9" * 300)

ADDRESSES = (
    "/calls/{odd}",
    "/awards/{odd}",
    "/awards?country={odd}&topic={odd}",
    "/calendar/{odd}.ics",
    "/confirm/{odd}",
    "/invitations/{odd}",
    "/dev/mail/{odd}",
    "/proposals/{odd}",
    "/proposals/{proposal}/file/{odd}",
    "/projects/{odd}",
    "/manage/calls/{odd}",
    "/manage/calls/{call}/proposals?q={odd}&status={odd}&order={odd}&page={odd}",
    "/manage/calls/{call}/charts/{odd}.svg",
    "/manage/funds/{fund}/ledger?page={odd}&about={odd}",
)


@pytest.fixture
def manager(evaluating, sign_in):
    return sign_in(evaluating.world.helena)


@pytest.mark.parametrize("odd", ODD)
def test_an_odd_address_leads_to_nothing(evaluating, manager, odd):
    proposal = evaluating.submit(evaluating.world.granada, evaluating.world.lucia, "Smart")
    call = evaluating.world.call

    for address in ADDRESSES:
        there = address.format(
            odd=odd, proposal=proposal.reference, call=call.code, fund=call.fund.code
        )
        assert manager.get(there, status="*").status_int < 500, there


@pytest.mark.parametrize("address", ["/calls/%ff", "/sign-in?next=%ff", "/awards?topic=%ff%fe"])
def test_an_address_that_is_no_text_leads_to_nothing(app, iuc, address):
    assert Request.blank(address).get_response(app).status_int < 500


def test_a_sign_that_no_database_keeps_is_left_out(browser, iuc, sign_in, session):
    form = browser.get("/sign-in").forms["sign_in"]
    form["email"], form["password"] = "lucia\0@granada.example", "a\0b"
    assert form.submit("sign_in", status="*").status_int < 500

    signed_in = sign_in(iuc.lucia)
    account = signed_in.get("/account")
    form = next(it for it in account.forms.values() if "name" in it.fields)
    form["name"] = "Lucía\0 Pérez"
    assert form.submit("save", status="*").status_int < 500
    session.expire_all()
    assert "\0" not in iuc.lucia.name

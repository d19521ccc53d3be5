"""What somebody typed comes back to them, and to nobody else, where a page is gone or forbidden."""

import pytest

WORDS = "Three weeks of work, in one field."
HERE = {"Origin": "http://localhost"}


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/proposals/IUC-2020-999/interest", 404),
        ("/nothing/at/all", 404),
        ("/proposals/IUC-2020-001/check", 403),
    ],
)
def test_what_was_typed_is_given_back(sign_in, services, session, iuc, address, status):
    services.proposals.start(iuc.call, iuc.granada, by=iuc.lucia, key="k")
    session.commit()
    lucia = sign_in(iuc.lucia)
    token = lucia.get("/account").html.find("input", {"name": "csrf_token"})["value"]

    page = lucia.post(address, {"csrf_token": token, "reason": WORDS}, HERE, status="*")

    assert page.status_int == status
    assert WORDS in page.html.find("main").text


def test_it_is_not_for_strangers_nor_from_elsewhere(sign_in, browser, iuc):
    address = "/proposals/IUC-2020-999/interest"
    lucia = sign_in(iuc.lucia)
    token = lucia.get("/account").html.find("input", {"name": "csrf_token"})["value"]
    sent = {"csrf_token": token, "reason": WORDS}

    elsewhere = lucia.post(address, sent, {"Origin": "https://elsewhere.example"}, status="*")
    stranger = browser.post(address, sent, HERE, status="*")

    assert WORDS not in elsewhere.text
    assert WORDS not in stranger.html.find("main").text

"""The door: who gets in, for how long, and what strangers learn."""

from tests import world


def test_an_officer_signs_in_and_out(iuc, browser):
    form = browser.get("/sign-in?next=/account").forms["sign_in"]
    form["email"], form["password"] = "Lucia@Example.org ", world.PASSWORD

    answer = form.submit("sign_in", status=303)

    assert answer.headers["Location"] == "http://localhost/account"
    assert "HttpOnly" in answer.headers["Set-Cookie"]

"""Addresses of earlier versions stand in letters: they lead to what stands for the same today."""

import re

import pytest
from webob import Request

from tests.support.proposals import written
from views.web.former_addresses import FORMER
from views.web.routes import ROUTES

VALUES = {"reference": "IUC-2020-001", "fund": "IUC-ASIA", "code": "IUC-2020"}
ADDRESSES = {name: address for name, address, _factory, _keys in ROUTES}


def filled(address):
    """Fill the gaps of an address; whatever counts something is number 7."""
    return re.sub(r"{(\w+)(:[^}]*}?)?}", lambda gap: VALUES.get(gap[1], "7"), address)


@pytest.mark.parametrize(("former", "name"), FORMER)
def test_each_leads_to_todays_address_with_its_query(app, former, name):
    before, today = filled(former), filled(ADDRESSES[name])

    read = Request.blank(f"{before}?a=1&b=%C3%BC").get_response(app)
    looked = Request.blank(before, method="HEAD").get_response(app)
    posted = Request.blank(f"{before}?a=1", method="POST", POST={"x": "1"}).get_response(app)

    assert (read.status_int, read.location) == (301, f"http://localhost{today}?a=1&b=%C3%BC")
    assert (looked.status_int, looked.location) == (301, f"http://localhost{today}")
    assert (posted.status_int, posted.location) == (308, f"http://localhost{today}?a=1")


def test_none_is_an_address_of_today(app):
    for former, _name in FORMER:
        asked = Request.blank(filled(former))
        assert app.routes_mapper(asked)["route"] is None, former


def test_the_answer_tells_nobody_what_is_there(browser, services, session, iuc):
    written(services, iuc.call, iuc.granada, iuc.lucia)
    session.commit()

    there, missing = (
        browser.get(f"/proposals/IUC-2020-{number}/hand-in", status=301)
        for number in ("001", "999")
    )

    assert there.location.replace("001", "999") == missing.location
    assert there.body == missing.body.replace(b"999", b"001")
    onward = [answer.follow(status="*") for answer in (there, missing)]
    assert onward[0].status == onward[1].status


def test_what_was_posted_there_arrives(sign_in, services, session, iuc):
    written(services, iuc.call, iuc.granada, iuc.lucia)
    session.commit()
    lucia = sign_in(iuc.lucia)
    page = lucia.get("/proposals/IUC-2020-001/hand-in", status=301).follow()
    form = next(it for it in page.forms.values() if it.action.endswith("/submit"))
    fields = form.submit_fields()

    moved = lucia.post("/proposals/IUC-2020-001/hand-in", fields, status=308)

    receipt = lucia.post(moved.location, fields, status=303).follow()
    assert "We have received your proposal" in receipt

"""Organisations and invitations: who gets in, and who does not."""

import pytest
import sqlalchemy as sa
from webtest import TestApp

from grants.accounts.models import Appointment, Membership, Person
from grants.ledger import LedgerEntry
from grants.rules.workflow import Role
from tests.support import world

PASSWORD = "seven bridges over the Neckar"


@pytest.fixture
def invite(sign_in, iuc, mailbox):
    """Somebody of Granada invites an address; gives the path of the link in the mail."""

    def invite(email):
        form = sign_in(iuc.lucia).get(f"/organisations/{iuc.granada.id}").forms["invite"]
        form["email"] = email
        form.submit("invite", status=303)
        return mailbox.link(email.lower())

    return invite


def members(session, organisation):
    session.expire_all()
    found = (
        sa.select(Person.email)
        .join(Person.memberships)
        .where(Membership.organisation_id == organisation.id)
    )
    return sorted(session.scalars(found))


def test_a_colleague_joins_by_invitation(invite, sign_in, iuc, session):
    link = invite("Stranger@Example.org")
    browser = sign_in(iuc.stranger)

    page = browser.get(link)
    assert "Lucía Fernández invites you" in page.text
    there = page.forms[1].submit(status=303)

    assert there.location.endswith(f"/organisations/{iuc.granada.id}")
    assert "City of Granada" in there.follow(status=200).text
    assert members(session, iuc.granada) == ["lucia@example.org", "stranger@example.org"]
    browser.get(link, status=404)


def test_somebody_without_an_account_gets_one_by_the_invitation(invite, browser, iuc, session):
    form = browser.get(invite("marta@example.org")).forms["welcome"]
    form["name"], form["password"] = "Marta Ruiz", "short"
    form = form.submit("accept", status=422).forms["welcome"]
    form["password"] = PASSWORD

    page = form.submit("accept", status=303).follow(status=200)

    assert "You have accepted the invitation." in page.text
    assert members(session, iuc.granada) == ["lucia@example.org", "marta@example.org"]


def test_a_stranger_with_an_account_signs_in_first(invite, browser):
    link = invite("stranger@example.org")
    page = browser.get(link)
    assert "welcome" not in page.forms

    door = page.click("Sign in", index=-1)
    door.forms["sign_in"]["email"] = "stranger@example.org"
    door.forms["sign_in"]["password"] = world.PASSWORD
    assert door.forms["sign_in"].submit("sign_in").location.endswith(link)


def test_nobody_takes_anothers_invitation(invite, sign_in, iuc, session):
    link = invite("stranger@example.org")
    browser = sign_in(iuc.jonas)
    page = browser.get(link)
    assert "This invitation is for another address" in page.text
    assert "stranger@example.org" not in page.text

    token = page.forms[0]["csrf_token"].value
    browser.post(link, {"csrf_token": token}, status=409)

    assert members(session, iuc.granada) == ["lucia@example.org"]


def test_no_second_account_for_an_address(invite, app):
    link = invite("stranger@example.org")
    browser = TestApp(app)
    token = browser.get("/register").forms["register"]["csrf_token"].value

    browser.post(
        link,
        {"csrf_token": token, "name": "X", "password": PASSWORD, "language": "en"},
        status=404,
    )


def test_an_invitation_is_over_after_two_weeks(invite, browser, clock):
    link = invite("marta@example.org")
    clock.advance(days=14)

    browser.get(link, status=404)


def test_only_the_newest_letter_works(invite, browser):
    first = invite("marta@example.org")
    second = invite("marta@example.org")

    browser.get(first, status=404)
    browser.get(second, status=200)


def test_others_see_no_organisation(sign_in, iuc):
    browser = sign_in(iuc.jonas)

    browser.get(f"/organisations/{iuc.granada.id}", status=404)
    browser.get("/organisations/999999", status=404)
    browser.get("/organisations/99999999999999", status=404)
    token = browser.get("/account").forms["details"]["csrf_token"].value
    address = f"/organisations/{iuc.granada.id}/invite"
    browser.post(address, {"csrf_token": token, "email": "x@example.org"}, status=404)


def test_a_bad_address_is_shown_again(sign_in, iuc):
    form = sign_in(iuc.lucia).get(f"/organisations/{iuc.granada.id}").forms["invite"]
    form["email"] = "not an address"

    page = form.submit("invite", status=422)

    assert page.forms["invite"]["email"].value == "not an address"
    assert page.html.select_one(".error-summary a")["href"] == "#invite-email"


def test_a_new_organisation_has_its_first_member(sign_in, iuc, session):
    form = sign_in(iuc.stranger).get("/organisations/new").forms["organisation"]
    form["name"], form["kind"], form["country"] = "Ayuntamiento de Málaga", "city", "ES"
    form["population"] = "578000"

    page = form.submit("register", status=303).follow(status=200)

    assert "Ayuntamiento de Málaga" in page.text
    assert "Sam Stranger" in page.text
    written = session.scalars(
        sa.select(LedgerEntry.action)
        .where(LedgerEntry.subject_kind == "organisation")
        .order_by(LedgerEntry.seq)
    )
    assert list(written) == ["register", "join"]


def test_a_name_is_taken_once_whatever_its_case(sign_in, iuc):
    form = sign_in(iuc.stranger).get("/organisations/new").forms["organisation"]
    form["name"], form["kind"], form["country"] = "city of granada", "city", "ES"

    page = form.submit("register", status=422)

    assert "is registered already" in page.text
    assert page.forms["organisation"]["name"].value == "city of granada"


def test_a_reviewer_is_invited_to_a_call(sign_in, iuc, mailbox, browser, session):
    form = sign_in(iuc.helena).get(f"/manage/calls/{iuc.call.code}/invite").forms["invite"]
    form["email"] = "kenji@example.org"
    form.submit("invite", status=303)

    welcome = browser.get(mailbox.link("kenji@example.org")).forms["welcome"]
    welcome["name"], welcome["password"] = "Kenji Mori", PASSWORD
    there = welcome.submit("accept", status=303)

    assert there.location == "http://localhost/reviews"
    held = (
        sa.select(Appointment).join(Appointment.person).where(Person.email == "kenji@example.org")
    )
    appointment = session.scalars(held).one()
    assert (appointment.role, appointment.call_id) == (Role.REVIEWER, iuc.call.id)


@pytest.mark.parametrize("role", ["manager", "auditor"])
def test_people_are_invited_to_the_fund(sign_in, iuc, mailbox, session, role):
    form = sign_in(iuc.helena).get(f"/manage/funds/{iuc.fund.code}/invite").forms["invite"]
    form["email"], form["role"] = "stranger@example.org", role
    form.submit("invite", status=303)

    page = sign_in(iuc.stranger).get(mailbox.link("stranger@example.org"))
    there = page.forms[1].submit(status=303)

    assert there.location == f"http://localhost/manage/funds/{iuc.fund.code}"
    held = sa.select(Appointment).where(Appointment.person_id == iuc.stranger.id)
    appointment = session.scalars(held).one()
    assert (appointment.role, appointment.fund_id) == (Role(role), iuc.fund.id)


def test_only_managers_invite_to_the_fund(sign_in, iuc):
    sign_in(iuc.olga).get(f"/manage/funds/{iuc.fund.code}/invite", status=403)
    sign_in(iuc.olga).get(f"/manage/calls/{iuc.call.code}/invite", status=403)
    sign_in(iuc.lucia).get(f"/manage/funds/{iuc.fund.code}/invite", status=404)


def test_nobody_is_appointed_to_what_no_form_offers(sign_in, iuc):
    browser = sign_in(iuc.helena)
    address = f"/manage/funds/{iuc.fund.code}/invite"
    token = browser.get(address).forms["invite"]["csrf_token"].value

    answer = {"csrf_token": token, "email": "x@example.org", "role": "applicant"}
    browser.post(address, answer, status=422)


def test_whoever_registers_on_the_way_to_a_call_goes_on_with_it(sign_in, iuc):
    browser = sign_in(iuc.stranger)
    form = browser.get("/calls/IUC-2020/start", status=303).follow().forms["organisation"]
    form["name"], form["kind"], form["country"] = "City of Mataró", "city", "ES"
    if "population" in form.fields:
        form["population"] = "128000"

    page = form.submit("register", status=303).follow()

    assert page.request.path == "/calls/IUC-2020/start"
    assert "City of Mataró" in page


def test_nobody_is_sent_elsewhere_after_registering(sign_in, iuc):
    form = sign_in(iuc.stranger).get("/organisations/new?next=//evil.example").forms["organisation"]
    form["name"], form["kind"], form["country"] = "City of Mataró", "city", "ES"

    assert "evil" not in form.submit("register", status=303).location

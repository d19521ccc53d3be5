"""Accounts, links, attempts and invitations, where two things happen at once or a rule says no."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
import sqlalchemy as sa

from grants import ledger
from grants.accounts.models import (
    IdentityKind,
    Invitation,
    Membership,
    OneTimeLink,
    Purpose,
    SignInAttempt,
    WebSession,
)
from grants.accounts.service import sign_in_limits
from grants.accounts.service.people import WeakPassword, WrongPassword
from grants.accounts.service.sessions import Lifetime
from grants.kit.settings import parse
from grants.roles.service import invitations
from grants.roles.service.invitations import NotInvited
from grants.rules.errors import Refused, TooManyTries
from grants.rules.workflow import Role
from tests.load.measuring import counted
from tests.support import world

pytestmark = pytest.mark.both_databases

HERE = "192.0.2.1"


def test_many_guesses_at_once_are_still_only_five(portal, iuc):
    email = iuc.lucia.email  # read once: threads share no session

    def guess(number):
        try:
            with portal.writing() as services:
                services.people.recognise(email=email, password=f"guess {number}", address=HERE)
        except TooManyTries:
            return "refused"
        return "tried"

    with ThreadPoolExecutor(8) as many:
        outcomes = list(many.map(guess, range(16)))

    assert outcomes.count("tried") == sign_in_limits.PER_ACCOUNT_HERE


def test_a_link_that_is_used_twice_at_once_works_once(portal, iuc):
    with portal.writing() as services:
        services.people.send_link(email=iuc.lucia.email, purpose=Purpose.RESET)

    def use(number):
        try:
            with portal.writing() as services:
                link = services.db.scalars(sa.select(OneTimeLink)).one()
                services.people.reset_password(link, f"seven new herons, number {number}")
        except Refused as refusal:
            return str(refusal)
        return "set"

    with ThreadPoolExecutor(4) as many:
        outcomes = list(many.map(use, range(4)))

    assert sorted(outcomes) == [*["This link has already been used."] * 3, "set"]


def test_right_passwords_forgive_the_wrong_ones_before(services, iuc):
    def sign_in(password):
        return services.people.recognise(email=iuc.lucia.email, password=password, address=HERE)

    for _ in range(3):
        for _ in range(4):
            assert sign_in("wrong") is None
        assert sign_in(world.PASSWORD) is iuc.lucia


def test_old_attempts_are_forgotten(services, session, clock):
    services.people.recognise(email="a@example.org", password="x", address=HERE)
    clock.advance(minutes=15)

    services.people.recognise(email="b@example.org", password="x", address=HERE)

    assert session.scalars(sa.select(SignInAttempt.email)).all() == ["b@example.org"]


def test_asking_for_mail_does_not_count_as_a_wrong_password(services, iuc):
    for _ in range(sign_in_limits.PER_ADDRESS + 1):
        services.people.forgot(email=iuc.lucia.email, address=HERE)

    found = services.people.recognise(email=iuc.lucia.email, password=world.PASSWORD, address=HERE)
    assert found is iuc.lucia


def test_a_confirmed_account_is_sent_no_link_to_confirm(services, session, iuc):
    services.people.send_link(email=iuc.lucia.email, purpose=Purpose.CONFIRM)
    services.people.send_link(email="nobody@example.org", purpose=Purpose.RESET)

    assert session.scalars(sa.select(OneTimeLink)).all() == []


def test_a_password_is_changed_only_by_who_knows_it(services, iuc):
    change = {"address": HERE, "keep": None}
    with pytest.raises(WrongPassword):
        services.people.change_password(iuc.lucia, old="wrong", new="a b c d e f g", **change)
    with pytest.raises(WeakPassword):
        services.people.change_password(iuc.lucia, old=world.PASSWORD, new="short", **change)


def test_what_happens_to_accounts_is_in_the_ledger(services, session):
    link_of = services.people.link
    services.people.register(email="marta@example.org", name="Marta", address=HERE)
    marta = services.people.by_email("marta@example.org")
    link = session.scalars(sa.select(OneTimeLink)).one()
    services.people.confirm(link, name="Marta", password="seven bridges at dawn", language="en")
    services.people.register(email="marta@example.org", name="Eve", address=HERE)

    entries = ledger.history(session, kind="person", reference=str(marta.id))
    assert [entry.action for entry in entries] == ["register", "confirm", "register_again"]
    assert "marta" not in str([entry.payload for entry in entries])
    assert link_of("no such token", Purpose.CONFIRM) is None


def test_sessions_that_are_over_are_swept_at_the_next_sign_in(services, session, iuc, clock):
    lifetime = Lifetime()
    services.sessions.open(iuc.lucia, lifetime=lifetime)
    clock.advance(hours=13)

    token = services.sessions.open(iuc.lucia, lifetime=lifetime)

    [left] = session.scalars(sa.select(WebSession))
    assert services.sessions.find(token, lifetime=lifetime) is left


def test_a_sign_of_life_of_a_session_that_has_gone_is_nothing(services):
    services.sessions.touch(4711)


def test_an_identity_costs_one_query(portal, services, session, iuc):
    token = services.sessions.open(iuc.lucia, lifetime=Lifetime())
    session.commit()
    heard = []
    sa.event.listen(portal.engine, "before_cursor_execute", lambda *it: heard.append(it[2]))

    with portal.sessions() as fresh:
        found = portal.services(fresh).sessions.find(token, lifetime=Lifetime())
        names = [it.organisation.name for it in found.person.memberships]
        roles = list(found.person.appointments)

    assert (names, roles) == (["City of Granada"], [])
    assert len([it for it in heard if it != "BEGIN"]) == 1


def test_settings_say_how_long_sessions_last():
    lifetime = Lifetime.of({"session.idle_minutes": "20", "session.absolute_hours": "3"})

    assert (lifetime.idle.total_seconds(), lifetime.absolute.total_seconds()) == (1200, 10800)


def test_nobody_is_invited_to_a_fund_as_an_applicant(services, iuc):
    with pytest.raises(NotInvited):
        services.invitations.to_fund(
            iuc.fund, role=Role.APPLICANT, email="x@example.org", by=iuc.helena
        )


def test_invitations_are_no_mass_mail(services, iuc, clock):
    for number in range(invitations.AT_ONCE):
        services.invitations.to_organisation(
            iuc.granada, email=f"person{number}@example.org", by=iuc.lucia
        )

    with pytest.raises(NotInvited, match="You have sent 50 invitations in 24 hours"):
        services.invitations.to_organisation(iuc.lodz, email="x@example.org", by=iuc.lucia)
    clock.advance(days=1)
    with pytest.raises(NotInvited, match="50 open invitations"):
        services.invitations.to_organisation(iuc.granada, email="x@example.org", by=iuc.lucia)
    services.invitations.to_organisation(iuc.lodz, email="x@example.org", by=iuc.lucia)


def test_nobodys_mailbox_is_flooded_with_invitations_whoever_sends_them(services, iuc, clock):
    def invite(by):
        return services.invitations.to_organisation(iuc.granada, email="x@example.org", by=by)

    for by in (iuc.lucia, iuc.jonas, iuc.lucia, iuc.jonas):
        invite(by)

    with pytest.raises(NotInvited, match="was sent 4 invitations in 24 hours"):
        invite(iuc.zofia)
    clock.advance(days=1)
    invite(iuc.zofia)


def test_how_many_invitations_leave_is_configured(portal, session, iuc, settings):
    read = parse(settings | {"invitations.by_sender": "1", "invitations.to_recipient": "9"})
    services = replace(portal, settings=read).services(session)
    services.invitations.to_organisation(iuc.granada, email="x@example.org", by=iuc.lucia)

    with pytest.raises(NotInvited, match="You have sent 1"):
        services.invitations.to_organisation(iuc.granada, email="y@example.org", by=iuc.lucia)


def test_an_invitation_is_accepted_once(services, iuc):
    it = services.invitations.to_organisation(iuc.granada, email=iuc.stranger.email, by=iuc.lucia)
    services.invitations.accept(it, iuc.stranger)

    with pytest.raises(NotInvited, match="already been accepted"):
        services.invitations.accept(it, iuc.stranger)


def test_who_belongs_or_holds_the_role_already_does_so_once(services, session, iuc):
    to_city = services.invitations.to_organisation(iuc.granada, email=iuc.lucia.email, by=iuc.lucia)
    to_call = services.invitations.to_call(iuc.call, email=iuc.wei.email, by=iuc.helena)

    services.invitations.accept(to_city, iuc.lucia)
    services.invitations.accept(to_call, iuc.wei)

    belongs = sa.select(sa.func.count(Membership.id)).where(Membership.person_id == iuc.lucia.id)
    assert session.scalar(belongs) == 1
    assert session.scalars(sa.select(Invitation.accepted_at)).all().count(None) == 0


def test_an_invitation_without_a_place_has_no_name():
    with pytest.raises(LookupError):
        _ = Invitation().place


def test_all_accounts_are_listed_with_their_roles(services, iuc):
    everybody = services.people.everybody()

    assert [it.email for it in everybody] == sorted(it.email for it in everybody)
    assert [it.role for it in iuc.olga.appointments] == [Role.AUDITOR]


def test_when_somebody_signed_in_last_is_kept_with_their_password(services, session, iuc, clock):
    def sign_in(password):
        return services.people.recognise(email=iuc.lucia.email, password=password, address=HERE)

    [identity] = iuc.lucia.identities
    assert (identity.kind, identity.used_at) == (IdentityKind.PASSWORD, None)

    sign_in("wrong")
    assert identity.used_at is None
    clock.advance(minutes=1)
    sign_in(world.PASSWORD)
    assert identity.used_at == clock()
    clock.advance(minutes=1)
    new = "seven new herons at dusk"
    services.people.change_password(iuc.lucia, old=world.PASSWORD, new=new, address=HERE, keep=None)
    session.commit()

    assert (identity.created_at, identity.used_at) == (clock(), None)
    assert sign_in(new) is iuc.lucia
    session.refresh(iuc.lucia, ["identities"])
    assert iuc.lucia.identities == [identity]


def test_an_address_without_an_account_or_a_password_asks_the_database_as_much(
    portal, session, services, iuc
):
    """So that nothing tells who has an account: the work of comparing passwords is the same too."""
    session.delete(iuc.zofia.identities[0])
    session.commit()
    asked = {}
    for email in (iuc.lucia.email, iuc.zofia.email, "nobody@example.org"):
        with portal.writing() as writing, counted(portal.engine) as statements:
            assert writing.people.recognise(email=email, password="wrong", address=email) is None
        asked[email] = [statement.split("WHERE")[0] for statement in statements]

    first, *others = asked.values()
    assert others == [first, first]
    assert any("FROM identity" in statement for statement in first)

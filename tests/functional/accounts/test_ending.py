"""What people hold ends on a page, at once, with an entry and a letter; accounts are blocked."""

import pytest
import sqlalchemy as sa

from grants import ledger
from grants.accounts.models import Appointment, EndedPlace, Membership, Person
from grants.evaluation.models import Assignment
from grants.proposals.models import TeamMember
from grants.roles.service.holdings import LastOne
from grants.rules.workflow import AssignmentStatus, Role
from tests.support import world


@pytest.fixture
def ana(session, iuc, clock):
    """A second member of the City of Granada."""
    made = world.person(session, "Ana Soto", "ana@example.org", clock())
    session.flush()
    session.add(Membership(person=made, organisation=iuc.granada, since=clock()))
    session.commit()
    return made


@pytest.fixture
def ada(session, iuc, clock):
    """An administrator of the portal."""
    made = world.person(session, "Ada Root", "ada@example.org", clock())
    made.administers_since = clock()
    session.commit()
    return made


def press(browser, page, ending):
    """Press the button that leads to an address which ends so."""
    form = next(it for it in page.forms.values() if it.action.endswith(ending))
    return form.submit(status="*")


def actions(session, kind, reference):
    return [it.action for it in ledger.history(session, kind=kind, reference=str(reference))]


def test_a_colleague_is_taken_out_and_an_open_session_shows_it_at_once(
    sign_in, iuc, ana, services, session, mailbox, clock
):
    proposal = services.proposals.start(iuc.call, iuc.granada, by=iuc.lucia, key="1")
    session.commit()
    here, there = sign_in(iuc.lucia), sign_in(ana)
    there.get(f"/proposals/{proposal.reference}", status=200)
    page = here.get(f"/organisations/{iuc.granada.id}")
    member = session.scalars(sa.select(Membership).where(Membership.person_id == ana.id)).one()

    page = press(here, page, f"/members/{member.id}/remove").follow()

    there.get(f"/proposals/{proposal.reference}", status=404)
    there.get(f"/organisations/{iuc.granada.id}", status=404)
    assert "Ana Soto" in page.html.find(id="former").find_parent("section").text
    [letter] = mailbox.letters("ana@example.org")
    assert letter["Subject"] == "Your access has ended"
    assert "City of Granada" in letter.get_body(("plain",)).get_content()
    session.rollback()
    [kept] = session.scalars(sa.select(EndedPlace))
    assert (kept.role, kept.ended_by_id, kept.ended_at) == (Role.MEMBER, iuc.lucia.id, clock())
    assert actions(session, "organisation", iuc.granada.id)[-1] == "end"


def test_the_last_member_stays_while_there_are_proposals(sign_in, iuc, services, session):
    browser = sign_in(iuc.lucia)
    page = browser.get(f"/organisations/{iuc.granada.id}")
    session.rollback()
    services.proposals.start(iuc.call, iuc.granada, by=iuc.lucia, key="1")
    session.commit()

    answer = press(browser, page, "/remove")

    assert answer.status_int == 409
    assert "City of Granada has proposals and no other member." in answer
    again = browser.get(f"/organisations/{iuc.granada.id}", status=200)
    assert "The only member: invite a colleague first" in again
    assert not [it for it in again.forms.values() if it.action.endswith("/remove")]


def test_the_last_manager_is_offered_no_way_out(sign_in, iuc, session):
    session.execute(sa.delete(Appointment).where(Appointment.person_id == iuc.viktor.id))
    browser = sign_in(iuc.helena)

    page = browser.get("/manage/funds/IUC-ASIA/people")

    assert str(page).count("The only manager: add another one first.") == 1


def test_whoever_left_may_be_let_in_again(services, session, iuc, ana, clock):
    held = session.scalars(sa.select(Membership).where(Membership.person_id == ana.id)).one()
    services.holdings.end_membership(held, by=ana)

    services.organisations.admit(ana, iuc.granada)

    assert services.organisations.of_member(ana, iuc.granada.id)


def test_who_left_the_applicant_still_judges_nobody_in_the_call(services, session, evaluating, ana):
    it, at = evaluating.world, evaluating.clock()
    three = evaluating.three()
    session.add(Appointment(person=ana, role=Role.REVIEWER, call_id=it.call.id, since=at))
    session.add(Appointment(person=ana, role=Role.MANAGER, fund_id=it.fund.id, since=at))
    held = session.scalars(sa.select(Membership).where(Membership.person_id == ana.id)).one()
    evaluating.clock.advance(minutes=1)
    services.holdings.end_membership(held, by=it.lucia)
    session.commit()

    access = services.access
    assert access.conflicts(three, [ana.id]) == {(ana.id, each.id) for each in three}
    assert access.roles_in_proposal(ana, three[0]) == frozenset()
    assert access.roles_in_call(ana, it.call) == {Role.RECUSED, Role.REVIEWER}
    listed = session.scalars(access.proposals_for(ana, Role.RECUSED)).all()
    assert three[0] not in listed
    assert three[1] in listed


def test_a_guest_leaves_and_is_taken_out(sign_in, services, session, iuc, clock, mailbox):
    proposal = services.proposals.start(iuc.call, iuc.granada, by=iuc.lucia, key="1")
    for person in (iuc.jonas, iuc.zofia):
        session.add(TeamMember(person=person, proposal=proposal, since=clock()))
    session.commit()
    jonas, zofia, lucia = sign_in(iuc.jonas), sign_in(iuc.zofia), sign_in(iuc.lucia)
    address = f"/proposals/{proposal.reference}"
    places = {it.person_id: it.id for it in services.holdings.guests(proposal)}
    session.rollback()
    page = jonas.get(address)
    assert not [it for it in page.forms.values() if f"team/{places[iuc.zofia.id]}" in it.action]
    token = page.forms[0]["csrf_token"].value
    jonas.post(f"{address}/team/{places[iuc.zofia.id]}/remove", {"csrf_token": token}, status=404)

    press(jonas, page, f"/team/{places[iuc.jonas.id]}/remove")
    press(lucia, lucia.get(address), f"/team/{places[iuc.zofia.id]}/remove")

    jonas.get(address, status=404)
    zofia.get(address, status=404)
    assert len(mailbox.letters("zofia@example.org")) == 1


def test_a_role_ends_and_what_a_reviewer_has_not_submitted_is_taken_out(
    evaluating, sign_in, session
):
    it, three = evaluating.world, evaluating.three()
    stage = evaluating.open_stage(*three)
    made = [each for each in evaluating.assign(stage, *three) if each.reviewer is it.wei]
    evaluating.review(made[0])
    helena, wei = sign_in(it.helena), sign_in(it.wei)
    wei.get(f"/reviews/{made[0].id}", status=200)
    held = session.scalars(sa.select(Appointment).where(Appointment.person_id == it.wei.id)).one()
    page = helena.get(f"/manage/funds/{it.fund.code}/people")

    page = press(helena, page, f"/people/{held.id}/end").follow()

    session.rollback()
    assert [session.get(Assignment, each.id).status for each in made] == [
        AssignmentStatus.SUBMITTED,
        AssignmentStatus.EXCLUDED,
        AssignmentStatus.EXCLUDED,
    ]
    session.rollback()
    wei.get(f"/reviews/{made[0].id}", status=404)
    assert "Competitive fund 2020" not in wei.get("/reviews").html.find("main").text
    assert "Wei Zhang" in page.html.find_all("table")[-1].text


def test_an_auditor_reads_who_had_access_when_and_ends_nothing(sign_in, services, session, iuc):
    held = session.scalars(sa.select(Appointment).where(Appointment.person_id == iuc.wei.id)).one()
    services.holdings.end_role(held, by=iuc.helena)
    session.commit()

    page = sign_in(iuc.olga).get(f"/manage/funds/{iuc.fund.code}/people")

    assert "Wei Zhang" in page.html.find_all("table")[-1].text
    assert not page.html.find("main").find_all("form")


def test_a_fund_keeps_a_manager_who_can_sign_in(services, session, iuc, ada):
    helena, viktor = (
        session.scalars(sa.select(Appointment).where(Appointment.person_id == it.id)).one()
        for it in (iuc.helena, iuc.viktor)
    )
    services.people.block(iuc.viktor, reason="Left.", by=ada)

    with pytest.raises(LastOne, match="would have no manager left"):
        services.holdings.end_role(helena, by=iuc.helena)
    with pytest.raises(LastOne):
        services.people.block(iuc.helena, reason="Left too.", by=ada)

    services.people.unblock(iuc.viktor, by=ada)
    services.holdings.end_role(helena, by=iuc.helena)
    with pytest.raises(LastOne):
        services.holdings.end_role(viktor, by=iuc.viktor)


def test_ending_the_place_between_two_managers_makes_them_no_independent_signatories(
    services, session, iuc, clock
):
    def manager(name, by):
        made = world.person(session, name, f"{name}@example.org", clock())
        session.flush()
        held = Appointment(
            person=made, role=Role.MANAGER, fund_id=iuc.fund.id, since=clock(), appointed_by=by
        )
        session.add(held)
        session.flush()
        return held

    puppet = manager("puppet", iuc.helena)
    second = manager("second", puppet.person)

    services.holdings.end_role(puppet, by=iuc.helena)

    assert second.appointed_by_id == iuc.helena.id


def test_an_invitation_is_withdrawn(sign_in, services, session, iuc, mailbox, browser):
    lucia = sign_in(iuc.lucia)
    form = lucia.get(f"/organisations/{iuc.granada.id}").forms["invite"]
    form["email"] = "marta@example.org"
    form.submit("invite", status=303)
    link = mailbox.link("marta@example.org")
    page = lucia.get(f"/organisations/{iuc.granada.id}")
    form = next(it for it in page.forms.values() if "/invitations/" in it.action)

    form.submit(status=303)

    browser.get(link, status=404)
    assert len(mailbox.letters("marta@example.org")) == 2


def test_a_blocked_account_is_out_at_once_and_gets_no_letters(
    sign_in, iuc, ada, at_the_door, mailbox, session
):
    lucia, root = sign_in(iuc.lucia), sign_in(ada)
    page = root.get("/accounts", {"q": "lucia"})
    form = next(it for it in page.forms.values() if it.action.endswith("/block"))
    assert form.submit(status="*").status_int == 422
    form["reason"] = "The laptop was stolen."
    form.submit(status=303)

    assert lucia.get("/account").status_int == 303
    answer = at_the_door("lucia@example.org", status=422)
    assert "This account is blocked." in answer
    forgot = answer.test_app.get("/forgot").forms["forgot"]
    forgot["email"] = "lucia@example.org"
    forgot.submit("send")
    assert [it["Subject"] for it in mailbox.letters("lucia@example.org")] == [
        "Your account is blocked"
    ]
    session.rollback()
    assert actions(session, "person", iuc.lucia.id)[-1] == "block"

    page = root.get("/accounts")
    assert "The laptop was stolen." in page
    press(root, page, f"/accounts/{iuc.lucia.id}/unblock")
    at_the_door("lucia@example.org", status=303)


def test_accounts_are_for_administrators_alone(sign_in, iuc, ada, browser):
    sign_in(iuc.helena).get("/accounts", status=404)
    assert browser.get("/accounts").status_int == 303
    root = sign_in(ada)
    root.get("/accounts", status=200)
    root.get(f"/manage/funds/{iuc.fund.code}", status=404)


def test_nobody_blocks_themselves(services, ada):
    with pytest.raises(Exception, match="You cannot block your own"):
        services.people.block(ada, reason="Oops.", by=ada)


def test_an_administrator_is_made_by_a_command_and_blocks_by_one(portal, session, iuc, tmp_path):
    with portal.writing() as services:
        stranger = services.people.by_email(iuc.stranger.email)
        services.people.make_administrator(stranger, administers=True, by=None)
        services.people.make_administrator(stranger, administers=True, by=None)
    session.rollback()

    assert session.get(Person, iuc.stranger.id, populate_existing=True).administers_since
    assert actions(session, "person", iuc.stranger.id) == ["appoint"]

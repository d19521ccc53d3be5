"""Who binds an organisation is named by others, with an entry and a letter, and ends at once."""

import pytest
import sqlalchemy as sa

from grants import ledger
from grants.accounts.models import Membership
from grants.directory.service.officers import NotAuthorised
from tests.support import world

PAGE = "/manage/funds/IUC-ASIA/organisations"


@pytest.fixture
def ana(session, iuc, clock):
    """A second member of the City of Granada."""
    made = world.person(session, "Ana Soto", "ana@example.org", clock())
    session.flush()
    session.add(Membership(person=made, organisation=iuc.granada, since=clock()))
    session.commit()
    return made


@pytest.fixture
def held(session, iuc):
    """Find somebody's membership of the City of Granada, as it stands now."""

    def find(person):
        session.rollback()
        session.expire_all()
        return session.scalars(
            sa.select(Membership).where(
                Membership.person_id == person.id, Membership.organisation_id == iuc.granada.id
            )
        ).one()

    return find


@pytest.fixture
def officer(services, session, iuc, held):
    """Lucía, an authorised officer of Granada."""
    services.officers.name(held(iuc.lucia), by=iuc.helena, fund=iuc.fund)
    session.commit()
    return iuc.lucia


def buttons(page, member):
    return [it for it in page.forms.values() if it.action.endswith(f"/members/{member}/officer")]


def post(browser, path, button, status):
    token = browser.get("/work").html.find("input", {"name": "csrf_token"})["value"]
    return browser.post(path, {"csrf_token": token, button: "yes"}, status=status)


def actions(session, iuc):
    entries = ledger.history(session, kind="organisation", reference=str(iuc.granada.id))
    return [it.action for it in entries]


def test_the_fund_names_the_first_one_and_all_members_are_told(
    sign_in, iuc, ana, held, mailbox, session
):
    helena, number = sign_in(iuc.helena), held(iuc.lucia).id
    page = helena.get(f"{PAGE}/{iuc.granada.id}")

    page = buttons(page, number)[0].submit(status=303).follow()

    assert "Lucía Fernández is now an authorised officer." in page
    assert "appointed by Helena Novak" in page
    assert held(iuc.lucia).authorised_by_id == iuc.helena.id
    assert actions(session, iuc)[-1] == "authorise"
    for address in ("lucia@example.org", "ana@example.org"):
        [letter] = mailbox.letters(address)
        assert letter["Subject"] == "Your organisation has a new authorised officer"
        words = " ".join(letter.get_body(("plain",)).get_content().split())
        assert "Lucía Fernández is now an authorised officer of City of Granada" in words
        assert "This was done by Helena Novak for IUC Asia competitive fund." in words


def test_nobody_gives_it_to_themselves(sign_in, iuc, ana, held, session):
    lucia, number = sign_in(iuc.lucia), held(iuc.lucia).id
    assert buttons(lucia.get(f"/organisations/{iuc.granada.id}"), number) == []

    for member in (number, held(ana).id):
        answer = post(
            lucia, f"/organisations/{iuc.granada.id}/members/{member}/officer", "name", 409
        )
        assert "Only an authorised officer of City of Granada or the fund can decide" in answer

    assert (held(iuc.lucia).authorised_at, held(ana).authorised_at) == (None, None)


def test_a_manager_who_belongs_to_the_city_leaves_it_to_another(
    sign_in, iuc, ana, held, session, clock
):
    session.add(Membership(person=iuc.helena, organisation=iuc.granada, since=clock()))
    session.commit()
    helena = sign_in(iuc.helena)
    page = helena.get(f"{PAGE}/{iuc.granada.id}")
    assert buttons(page, held(ana).id) == []
    assert "You belong to this organisation yourself" in page

    for person in (iuc.helena, ana):
        path = f"{PAGE}/{iuc.granada.id}/members/{held(person).id}/officer"
        assert "another manager of the fund must decide" in post(helena, path, "name", 409)

    assert held(ana).authorised_at is None
    sign_in(iuc.olga).get(f"{PAGE}/{iuc.granada.id}", status=403)


def test_an_officer_names_another_and_steps_down(sign_in, iuc, ana, held, officer, session):
    lucia = sign_in(officer)
    page = lucia.get(f"/organisations/{iuc.granada.id}")
    page = buttons(page, held(ana).id)[0].submit(status=303).follow()
    assert "Ana Soto is now an authorised officer." in page

    page = buttons(page, held(iuc.lucia).id)[0].submit(status=303).follow()

    assert "Lucía Fernández is no longer an authorised officer." in page
    assert held(iuc.lucia).authorised_at is None
    assert held(ana).authorised_by_id == officer.id
    assert actions(session, iuc)[-2:] == ["authorise", "end_authority"]


def test_it_ends_with_the_membership_which_no_other_member_ends(
    sign_in, iuc, ana, held, officer, session, mailbox
):
    here, number = sign_in(ana), held(officer).id
    path = f"/organisations/{iuc.granada.id}/members/{number}/remove"
    page = here.get(f"/organisations/{iuc.granada.id}")
    assert not [it for it in page.forms.values() if it.action == path]
    assert "Lucía Fernández is an authorised officer" in post(here, path, "sure", 409)
    lucia = sign_in(officer)

    post(lucia, path, "sure", 303)

    session.rollback()
    assert actions(session, iuc)[-2:] == ["end_authority", "end"]
    subjects = [it["Subject"] for it in mailbox.letters("ana@example.org")]
    assert subjects[-1] == "An authorised officer of your organisation was removed"
    lucia.get(f"/organisations/{iuc.granada.id}", status=404)


def test_the_fund_ends_it_for_who_left_without_a_word(sign_in, iuc, ana, held, officer):
    helena = sign_in(iuc.helena)
    page = helena.get(f"{PAGE}/{iuc.granada.id}")

    buttons(page, held(officer).id)[0].submit(status=303)

    assert held(officer).authorised_at is None


def test_members_of_other_cities_name_nobody(sign_in, iuc, held, officer, services):
    post(
        sign_in(iuc.jonas),
        f"/organisations/{iuc.granada.id}/members/{held(officer).id}/officer",
        "end",
        404,
    )
    with pytest.raises(NotAuthorised):
        services.officers.name(held(officer), by=iuc.jonas, fund=iuc.fund)
    assert held(officer).authorised_at is not None

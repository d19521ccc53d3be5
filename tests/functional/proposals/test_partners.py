"""Somebody of a partner organisation writes one proposal with its team."""

import pytest
import sqlalchemy as sa

from grants.ledger import LedgerEntry
from grants.rules.workflow import Role
from tests.functional.proposals.conftest import ADDRESS

INVITED = "stranger@example.org"


@pytest.fixture
def link(draft, lucia, mailbox):
    """The path of the link that Lucía of Granada had sent to the stranger."""
    form = lucia.get(ADDRESS).forms["invite"]
    form["email"] = INVITED
    form.submit("invite", status=303)
    return mailbox.link(INVITED)


@pytest.fixture
def partner(link, sign_in, iuc):
    """The stranger, who has accepted."""
    browser = sign_in(iuc.stranger)
    page = browser.get(link)
    assert "write this proposal together" in page
    next(it for it in page.forms.values() if it.action.endswith(link)).submit(status=303)
    return browser


def test_a_partner_writes_one_proposal_and_sees_no_other(
    partner, draft, lucia, services, session, iuc
):
    services.proposals.start(iuc.call, iuc.granada, by=iuc.lucia, key="another")
    session.commit()

    page = partner.get(ADDRESS)
    assert "invite" not in page.forms
    assert "Invite a colleague" not in page
    partner.get(f"{ADDRESS}/sections/project", status=200)
    partner.get("/proposals/IUC-2020-002", status=404)
    partner.get(f"/organisations/{iuc.granada.id}", status=404)
    assert iuc.stranger.name in lucia.get(ADDRESS)


def test_the_ledger_knows_who_asked_and_who_joined(partner, session):
    entries = sa.select(LedgerEntry.action).where(
        LedgerEntry.subject_reference == "IUC-2020-001", LedgerEntry.subject_kind == "proposal"
    )

    assert session.scalars(entries.order_by(LedgerEntry.seq)).all() == ["start", "invite", "join"]


def test_only_members_of_the_applicant_ask_others(partner, lucia):
    token = partner.get(ADDRESS).html.find("input", {"name": "csrf_token"})["value"]

    answer = partner.post(
        f"{ADDRESS}/invite", {"csrf_token": token, "email": "x@example.org"}, status=409
    )

    assert "Only members of City of Granada" in answer


def test_whom_the_team_waits_for_is_shown_to_it(link, lucia, sign_in, iuc):
    assert INVITED in lucia.get(ADDRESS)
    sign_in(iuc.jonas).get(ADDRESS, status=404)


def test_a_wrong_address_gets_the_form_again(draft, lucia):
    form = lucia.get(ADDRESS).forms["invite"]
    form["email"] = "nobody"

    page = form.submit("invite", status=422)

    assert page.forms["invite"]["email"].value == "nobody"


def test_nobody_joins_after_the_call_closed(link, clock, iuc, sign_in):
    clock.move_to(iuc.call.closes_at)
    browser = sign_in(iuc.stranger)
    page = browser.get(link, status="*")

    if page.status_int == 200:
        form = next(it for it in page.forms.values() if it.action.endswith(link))
        assert "only while its call is open" in form.submit(status=409)
    browser.get(ADDRESS, status=404)


def test_a_partner_who_manages_or_reviews_has_the_teams_part_alone(
    evaluating, services, session, iuc
):
    one, other = evaluating.three()[:2]
    access = services.access
    invited = services.invitations.to_proposal(one, email=iuc.helena.email, by=iuc.lucia)
    services.invitations.accept(invited, iuc.helena)
    session.flush()

    assert access.roles_in_proposal(iuc.helena, one) == {Role.APPLICANT}
    assert access.roles_in_proposal(iuc.helena, other) == {Role.RECUSED}
    assert access.roles_in_call(iuc.helena, iuc.call) == {Role.RECUSED}
    assert session.scalars(access.proposals_for(iuc.helena, Role.MANAGER)).all() == []
    assert one not in session.scalars(access.proposals_for(iuc.helena, Role.RECUSED)).all()

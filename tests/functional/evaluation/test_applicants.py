"""Who applies in a call judges nobody in it, and what is shared is pointed out beforehand."""

import pytest

from grants.accounts.models import Appointment, Invitation, Membership
from grants.evaluation.models import Assignment
from grants.rules.workflow import AssignmentStatus, Interest, Role, Ruling
from tests.support import world


@pytest.fixture
def three(evaluating):
    return evaluating.three()


@pytest.fixture
def expert(evaluating, session):
    """Somebody from the city's own domain, who is no member of it."""
    return another(evaluating, session, "Elena Ruiz", "expert@granada.example")


@pytest.fixture
def mayor(evaluating, session):
    """A member of the City of Granada, with an address of the city."""
    made = another(evaluating, session, "Mar Soto", "mayor@granada.example", reviews=False)
    join(evaluating, session, made)
    return made


def another(evaluating, session, name, email, *, reviews=True):
    it, at = evaluating.world, evaluating.clock()
    made = world.person(session, name, email, at)
    session.flush()
    if reviews:
        session.add(Appointment(person=made, role=Role.REVIEWER, call_id=it.call.id, since=at))
    session.commit()
    return made


def join(evaluating, session, person):
    it, at = evaluating.world, evaluating.clock()
    session.add(Membership(person=person, organisation=it.granada, since=at))
    session.commit()


def invited(browser, it, email):
    form = browser.get(f"/manage/calls/{it.call.code}/invite").forms["invite"]
    form["email"] = email
    return form.submit("invite", status="*")


def test_an_applicant_is_not_invited_to_review(evaluating, helena, three, mayor, session):
    page = invited(helena, evaluating.world, mayor.email)

    assert page.status_int == 409
    assert "mayor@granada.example is an applicant in this call" in page
    assert page.forms["invite"]["email"].value == mayor.email
    assert session.query(Invitation).count() == 0


def test_a_draft_tells_the_fund_nothing_and_still_keeps_its_writer_from_accepting(
    evaluating, services, helena, visitor, session
):
    it = evaluating.world
    services.proposals.start(it.call, it.granada, by=it.lucia, key="1")
    session.commit()
    assert invited(helena, it, it.lucia.email).status_int == 303
    found = session.query(Invitation).one()

    with pytest.raises(Exception, match="Applicants cannot review"):
        services.invitations.accept(found, it.lucia)


def test_a_shared_domain_is_pointed_out_before_inviting(evaluating, helena, three, mayor, session):
    page = invited(helena, evaluating.world, "somebody@culture.granada.example")
    assert page.status_int == 409
    assert "IUC-2020-001 (City of Granada)" in page
    assert "same domain, granada.example" in page

    page.forms["invite"]["aware"] = True
    page.forms["invite"].submit("invite", status=303)

    assert session.query(Invitation).one().email == "somebody@culture.granada.example"


def test_a_public_mail_provider_tells_nothing(evaluating, helena, three, session):
    join(evaluating, session, another(evaluating, session, "Ana", "ana@gmail.com", reviews=False))

    assert invited(helena, evaluating.world, "bo@gmail.com").status_int == 303


def test_a_shared_domain_is_pointed_out_before_assigning(
    evaluating, helena, three, mayor, expert, session
):
    it = evaluating.world
    evaluating.open_stage(*three)
    form = helena.get(f"/manage/calls/{it.call.code}/assign").forms[0]
    address = f"/manage/calls/{it.call.code}/assign"
    csrf = form["csrf_token"].value
    asked = [("csrf_token", csrf), ("reviewer", str(expert.id)), ("reviewer", str(it.wei.id))]
    asked += [("proposal", each.reference) for each in three]

    page = helena.post(address, asked, status=409)

    assert "Elena Ruiz and the team of IUC-2020-001 (City of Granada)" in page
    assert "IUC-2020-002" not in page.html.find(class_="notice-warning").text
    assert page.html.find(id=f"reviewer-{expert.id}").has_attr("checked")
    assert session.query(Assignment).count() == 0

    helena.post(address, [*asked, ("aware", "yes")], status=303)
    session.rollback()  # what was read before is no more

    assert session.query(Assignment).count() == 6


def test_an_organisation_that_takes_part_is_pointed_out(evaluating, services, helena, session):
    it = evaluating.world
    answers = {"cities": {"paired_city": {"name": "miasto lodz", "country": "PL"}}}
    granada = evaluating.submit(it.granada, it.lucia, "Blockchain", answers=answers)
    join_lodz = Membership(person=it.wei, organisation=it.lodz, since=evaluating.clock())
    session.add(join_lodz)
    session.commit()
    evaluating.open_stage(granada)
    page = helena.get(f"/proposals/{granada.reference}/reviewers")
    form = page.forms[next(key for key, it in page.forms.items() if "Assign" in it.text)]
    form.set(
        "reviewer",
        True,
        index=[
            box.get("value") for box in page.html.find_all("input", attrs={"name": "reviewer"})
        ].index(str(it.wei.id)),
    )

    page = form.submit(status=409)

    assert "Wei Zhang belongs to Miasto Łódź, which takes part in IUC-2020-001." in page


def test_an_applicant_reviews_no_competitor(evaluating, services, three, mayor, session):
    it = evaluating.world
    session.add(
        Appointment(person=mayor, role=Role.REVIEWER, call_id=it.call.id, since=evaluating.clock())
    )
    stage = evaluating.open_stage(*three)

    for proposal in three:
        with pytest.raises(Exception, match="cannot review"):
            services.assignments.assign(stage, [proposal], [mayor], by=it.helena)


def test_who_becomes_an_applicant_loses_the_reviews_and_the_fund_sees_it(
    evaluating, services, helena, wei, three, session
):
    it = evaluating.world
    stage = evaluating.open_stage(*three)
    made = [each for each in evaluating.assign(stage, *three) if each.reviewer is it.wei]
    evaluating.review(made[1])
    wei.get(f"/reviews/{made[1].id}", status=200)
    invitation = services.invitations.to_organisation(it.granada, email=it.wei.email, by=it.lucia)

    services.invitations.accept(invitation, it.wei)
    session.commit()

    for each in made:
        session.refresh(each)
        assert each.status is AssignmentStatus.CONFLICTED
        wei.get(f"/reviews/{each.id}", status=404)
    assert "Mannheim" not in wei.get("/reviews")
    assert "is now an applicant in this call" in helena.get(
        f"/proposals/{three[1].reference}/reviewers"
    )
    page = helena.get(f"/manage/calls/{it.call.code}/assign")
    assert "Applicant in this call" in page
    assert page.html.find(id=f"reviewer-{it.wei.id}") is None


def test_a_ruling_gives_an_applicant_nothing_back(evaluating, services, three, session):
    it = evaluating.world
    stage = evaluating.open_stage(*three)
    mannheim = next(
        each
        for each in evaluating.assign(stage, *three)
        if each.reviewer is it.wei and each.proposal is three[1]
    )
    declared = services.interests.declare(it.wei, three[1], Interest.POTENTIAL, "We met.")
    join(evaluating, session, it.wei)

    services.interests.rule(declared, Ruling.ALLOWED, reason="Fine.", by=it.helena)

    assert mannheim.status is AssignmentStatus.CONFLICTED


def test_the_declaration_names_lead_paired_city_and_partners(evaluating, helena, wei):
    it = evaluating.world
    answers = {
        "cities": {
            "lead_city": {"name": "Granada", "country": "ES"},
            "paired_city": {"name": "Xi'an", "country": "CN"},
            "partners": [{"organisation": "Blockchain Ltd", "country": "DE"}],
        }
    }
    granada = evaluating.submit(it.granada, it.lucia, "Blockchain", answers=answers)
    made = evaluating.assign(evaluating.open_stage(granada), granada)

    for page in (
        wei.get(f"/reviews/{made[0].id}"),
        helena.get(f"/proposals/{granada.reference}/interest"),
    ):
        facts = page.html.find("dl", class_="facts").get_text(" ", strip=True)
        assert "Lead city Granada, Spain Paired city Xi'an, China" in facts
        assert "Blockchain Ltd, Germany" in facts


def test_a_reason_that_was_kept_in_earlier_words_is_shown_in_todays(
    evaluating, services, helena, three, session
):
    it = evaluating.world
    stage = evaluating.open_stage(*three)
    review = evaluating.assign(stage, three[0])[0]
    services.assignments.exclude(review, reason="Closed.", by=it.helena)
    review.reason = "The stage was closed before this review was handed in."
    session.commit()

    page = helena.get(f"/proposals/{three[0].reference}/reviewers")

    assert "The stage was closed before this review was submitted." in page
    assert "handed in" not in page

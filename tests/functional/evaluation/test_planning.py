"""Planning who reviews what: expertise, proposals of the portal, the matrix, files."""

import pytest
import sqlalchemy as sa
from webtest import Upload

from grants.accounts.models import Appointment, Membership
from grants.directory.models import Organisation, OrganisationKind
from grants.evaluation.models import Assignment
from grants.evaluation.service.expertise import ExpertiseFacts
from grants.ledger import history
from grants.oversight.verification import evaluation
from grants.oversight.verification.entries import Entries
from grants.rules.workflow import AssignmentStatus, Interest, PlanStatus, Role

PLANS = "/manage/calls/IUC-2020/assign/plans"
MATRIX = "/manage/calls/IUC-2020/assign/matrix"


@pytest.fixture
def stage(evaluating):
    return evaluating.open_stage(*evaluating.three())


@pytest.fixture
def proposals(evaluating, stage):
    return [it.proposal for it in evaluating.services.stages.in_evaluation(stage)]


def knows(evaluating, person, *topics, **more):
    it = evaluating.world
    facts = {"languages": ["English"], "country": "", "least": 0, "most": None} | more
    evaluating.services.assignment_plans.expertise.save(
        person, it.fund, ExpertiseFacts(topics=topics, **facts), by=it.helena
    )
    evaluating.session.commit()


def asked(evaluating):
    evaluating.session.expire_all()
    rows = evaluating.session.query(Assignment).all()
    return {(it.proposal.reference, it.reviewer.name) for it in rows}


def propose(browser, **fields):
    form = browser.get(PLANS).forms["propose"]
    for name, value in ({"reviews": "2", "most": "3"} | fields).items():
        form[name] = value
    return form.submit("propose", status=303).follow()


def settle(page, button, status=303):
    return page.forms["settle"].submit(button, status=status)


def test_a_plan_is_looked_at_before_anybody_is_asked(evaluating, helena, stage, proposals):
    knows(evaluating, evaluating.world.wei, "smart")

    page = propose(helena)

    assert "Nobody has been asked yet." in page
    assert "Wei Zhang (knows the topic)" in page
    assert "Approve 6 assignments" in page
    assert asked(evaluating) == set()
    done = settle(page, "approve").follow()
    assert "New review invitations: 6." in done
    assert len(asked(evaluating)) == 6
    told = history(evaluating.session, kind="assignment plan", reference=f"{stage.reference}/P1")
    assert [it.action for it in told] == ["propose", "approve"]


def test_what_cannot_be_met_is_said(evaluating, helena, proposals):
    marc, granada = evaluating.world.marc, proposals[0]
    evaluating.services.interests.declare(marc, granada, Interest.DISQUALIFYING, "Mine.")
    evaluating.session.commit()

    page = propose(helena, reviews="3")

    assert f"{granada.reference} has 2 possible reviewers. 1 review is missing." in page
    settle(page, "approve")
    assert len(asked(evaluating)) == 8
    assert (granada.reference, "Marc Dubois") not in asked(evaluating)


def test_topping_up_leaves_the_rest_alone(evaluating, helena, stage, proposals):
    settle(propose(helena), "approve")
    before = asked(evaluating)
    first = evaluating.session.query(Assignment).order_by(Assignment.id).first()
    evaluating.services.reviews.decline(first, reason="No time.", by=first.reviewer)
    evaluating.session.commit()

    page = propose(helena)

    assert "Approve 1 assignment" in page
    settle(page, "approve")
    assert before < asked(evaluating)
    assert len(asked(evaluating)) == 7


def test_a_discarded_plan_asks_nobody(evaluating, helena, stage, proposals):
    done = settle(propose(helena), "discard").follow()

    assert "The plan is discarded. Nobody was assigned." in done
    (plan,) = evaluating.services.assignment_plans.of(stage)
    assert (plan.status, asked(evaluating)) == (PlanStatus.DISCARDED, set())


def test_what_moved_since_needs_a_new_plan(evaluating, helena, proposals):
    page = propose(helena)
    evaluating.services.interests.declare(
        evaluating.world.wei, proposals[1], Interest.DISQUALIFYING, "Mine."
    )
    evaluating.session.commit()

    refused = settle(page, "approve", status=409)

    assert "Please make a new plan." in refused
    assert asked(evaluating) == set()


def test_who_reads_an_older_page_is_told(evaluating, helena, visitor, proposals):
    page = propose(helena)
    address = page.request.path
    viktor = visitor(evaluating.world.viktor)
    settle(viktor.get(address), "discard")

    refused = settle(page, "approve", status=409)

    assert "This was changed while you had the page open" in refused
    assert asked(evaluating) == set()


def test_a_manager_with_an_interest_plans_nothing_and_reads_no_plan(
    evaluating, helena, visitor, proposals
):
    address = propose(helena).request.path
    it = evaluating.world
    evaluating.services.interests.declare(it.viktor, proposals[0], Interest.DISQUALIFYING, "Kin.")
    evaluating.session.commit()
    viktor = visitor(it.viktor)

    for page in (PLANS, MATRIX, f"{MATRIX}.csv", address, f"{address}/assignments.csv"):
        viktor.get(page, status=403)


def test_a_plan_is_read_without_what_its_reader_may_not_see(evaluating, helena, stage, proposals):
    propose(helena)
    plans, it = evaluating.services.assignment_plans, evaluating.world
    (plan,) = plans.of(stage)
    evaluating.services.interests.declare(it.viktor, proposals[0], Interest.DISQUALIFYING, "Kin.")

    assert plans.shown.of(plan, it.helena).assignments == 6
    assert plans.shown.of(plan, it.viktor).assignments == 0
    assert plans.shown.counts([plan], it.viktor) == {1: 0}


def test_nobody_reviews_their_own_country(evaluating, helena, proposals):
    it = evaluating.world
    knows(evaluating, it.wei, "smart", country="ES")

    settle(propose(helena, reviews="2"), "approve")

    assert (proposals[0].reference, "Wei Zhang") not in asked(evaluating)


def test_settings_out_of_bounds_are_named(helena, stage):
    form = helena.get(PLANS).forms["propose"]
    form["reviews"] = "0"

    page = form.submit("propose", status=422)

    assert page.html.select_one(".error-summary a")


def test_the_matrix_shows_what_stands_in_the_way(evaluating, helena, stage, proposals):
    it = evaluating.world
    evaluating.services.interests.declare(it.marc, proposals[0], Interest.DISQUALIFYING, "Mine.")
    wei = evaluating.services.assignments.assign(stage, proposals[1:2], [it.wei], by=it.helena)[0]
    knows(evaluating, it.anna, "smart", most=4)
    company = Organisation(name="Consulting Ltd", kind=OrganisationKind.COMPANY, country="FR")
    evaluating.session.add(company)
    evaluating.session.add(
        Membership(person=it.anna, organisation=company, since=evaluating.clock())
    )
    it.anna.email, it.lucia.email = "anna@granada.test", "lucia@granada.test"
    evaluating.session.commit()

    page = helena.get(MATRIX)

    table = page.html.select_one(".matrix table").get_text(" ", strip=True)
    assert "conflict of interest" in table
    assert "check first" in table
    assert "0 /4 assigned" in table or "0/4 assigned" in table
    assert "addresses of the same domain, granada.test" in page
    assert page.html.select_one(f"input[value='{proposals[0].id}-{it.marc.id}']") is None
    assert page.html.select_one(f"input[value='{proposals[1].id}-{it.wei.id}']") is None
    assert wei.status is AssignmentStatus.OFFERED


def test_marks_in_the_matrix_become_a_plan(evaluating, helena, proposals):
    it = evaluating.world
    page = helena.get(MATRIX)
    form = page.forms["matrix-form"]
    for field in form.fields["pair"]:
        field.checked = field._value == f"{proposals[0].id}-{it.anna.id}"

    plan = form.submit(status=303).follow()

    assert "Chosen in the matrix" in plan
    assert asked(evaluating) == set()
    settle(plan, "approve")
    assert asked(evaluating) == {(proposals[0].reference, "Anna Rossi")}


def test_nothing_marked_is_nothing_to_look_at(helena, stage):
    page = helena.get(MATRIX).forms["matrix-form"].submit(status=422)

    assert "Mark at least one assignment." in page


def test_what_is_shared_is_considered_before_a_choice_is_approved(evaluating, helena, proposals):
    it = evaluating.world
    it.anna.email, it.lucia.email = "anna@granada.test", "lucia@granada.test"
    evaluating.session.commit()
    plan = upload(helena, f"{proposals[0].reference},anna@granada.test\n").follow()

    refused = settle(plan, "approve", status=409)

    assert "Please check it first." in refused
    assert asked(evaluating) == set()
    refused.forms["settle"]["aware"] = True
    settle(refused, "approve")
    assert asked(evaluating) == {(proposals[0].reference, "Anna Rossi")}


def upload(browser, text, status=303):
    form = browser.get(PLANS).forms["upload"]
    form["file"] = ("assignments.csv", text.encode(), "text/csv")
    return form.submit("upload", status=status)


def test_a_file_is_a_plan_like_any_other(evaluating, helena, proposals):
    lines = [f"{it.reference};wei@example.org" for it in proposals]

    page = upload(helena, "proposal;reviewer e-mail\n" + "\n".join(lines)).follow()

    assert "Uploaded file" in page
    settle(page, "approve")
    assert asked(evaluating) == {(it.reference, "Wei Zhang") for it in proposals}


def test_a_file_is_taken_whole_or_not_at_all(evaluating, helena, stage, proposals):
    it = evaluating.world
    evaluating.services.interests.declare(it.marc, proposals[0], Interest.DISQUALIFYING, "Mine.")
    evaluating.session.commit()
    one = proposals[0].reference

    page = upload(
        helena,
        "proposal,reviewer e-mail\n"
        f"{one},wei@example.org\n"
        "IUC-2020-999,wei@example.org\n"
        f"{one},nobody@example.org\n"
        f"{one},marc@example.org\n"
        f"{one},WEI@example.org\n",
        status=422,
    )

    said = page.html.select_one(".error-summary").get_text(" ", strip=True)
    assert "Line 3: no proposal IUC-2020-999 is in the stage." in said
    assert "Line 4: no reviewer of this call has the address nobody@example.org." in said
    assert f"Line 5: Marc Dubois cannot review {one} because of a conflict of interest." in said
    assert f"Line 6: Wei Zhang and {one} are in line 2 already." in said
    assert evaluating.services.assignment_plans.of(stage) == []


@pytest.mark.parametrize("text", ["", "\n\n", 'proposal,reviewer\n"'])
def test_a_file_with_nothing_in_it_is_told(helena, stage, text):
    page = upload(helena, text, status=422)

    assert page.html.select_one(".error-summary")


def test_what_is_downloaded_can_be_uploaded(evaluating, helena, stage, proposals):
    page = propose(helena)
    file = page.click("Download this plan").body
    settle(page, "discard")

    again = upload(helena, file.decode("utf-8-sig")).follow()

    assert "Approve 6 assignments" in again
    settle(again, "approve")
    present = helena.get(f"{MATRIX}.csv").text.lstrip("\ufeff").splitlines()
    assert len(present) == 7
    assert present[0] == "proposal,reviewer e-mail"
    assert "assigns nobody" in upload(helena, "\n".join(present), status=422)


def test_a_reviewer_says_what_they_know(evaluating, wei, helena):
    it = evaluating.world
    form = wei.get("/reviews/expertise/IUC-ASIA").forms["expertise"]
    form["languages"], form["most"] = "English, 中文", "5"
    form["country"] = "CN"
    form.get("topics", index=0).checked = True

    form.submit("save", status=303)

    page = helena.get("/manage/funds/IUC-ASIA/reviewers")
    row = page.html.select_one("tbody").get_text(" ", strip=True)
    assert "English, 中文" in row
    assert "China" in row
    saved = evaluating.services.assignment_plans.expertise.of(it.wei, it.fund)
    assert (saved.most, saved.least, saved.topics) == (5, 0, ["circular"])
    (told,) = history(
        evaluating.session, kind="reviewer profile", reference=f"IUC-ASIA/{it.wei.id}"
    )
    assert told.payload["before"] is None


def test_fewest_are_not_more_than_most(wei):
    form = wei.get("/reviews/expertise/IUC-ASIA").forms["expertise"]
    form["least"], form["most"] = "5", "2"

    assert "at least the number above" in form.submit("save", status=422)


def test_only_reviewers_have_an_expertise(evaluating, wei, helena, visitor):
    it = evaluating.world
    # Nobody else has anything there, and so nothing of it tells whether a fund is there.
    for browser, code in ((wei, "NONE"), (visitor(it.lucia), "IUC-ASIA")):
        assert browser.get(f"/reviews/expertise/{code}", status=303).location.endswith("/reviews")
    helena.get(f"/manage/funds/IUC-ASIA/reviewers/{it.lucia.id}", status=404)
    olga = visitor(it.olga)
    assert "Wei Zhang" in olga.get("/manage/funds/IUC-ASIA/reviewers")
    olga.get(f"/manage/funds/IUC-ASIA/reviewers/{it.wei.id}", status=403)


def test_before_the_stage_there_is_nothing_to_plan(evaluating, helena):
    helena.get(PLANS, status=404)
    helena.get(MATRIX, status=404)


def test_a_page_of_the_matrix_costs_few_queries(evaluating, helena, queries, proposals):
    helena.get(MATRIX)

    with queries() as counted:
        helena.get(MATRIX)

    assert len(counted) <= 10


def test_a_manager_who_reviews_is_not_told_who_declined(evaluating, helena, stage, proposals):
    it = evaluating.world
    evaluating.session.add(
        Appointment(person=it.helena, role=Role.REVIEWER, fund=it.fund, since=evaluating.clock())
    )
    evaluating.session.commit()
    assign = evaluating.services.assignments.assign
    _own, wei = assign(stage, proposals[:1], [it.helena, it.wei], by=it.viktor)
    (other,) = assign(stage, proposals[1:2], [it.wei], by=it.viktor)
    for declined in (wei, other):
        evaluating.services.reviews.decline(declined, reason="No time.", by=it.wei)
    evaluating.session.commit()

    rows = helena.get(MATRIX).html.select(".matrix tbody tr")

    said = [row.get_text(" ", strip=True) for row in rows]
    assert "does not review it" not in said[0]
    assert "2 of 3 reviews" in said[0]
    assert "does not review it" in said[1]


@pytest.mark.parametrize(
    ("altered", "named"),
    [
        ("pairs = '[]'", "what it assigns is not what was proposed"),
        ("number = 7", "the ledger does not know this assignment plan"),
    ],
)
def test_a_plan_is_held_against_the_ledger(evaluating, helena, proposals, altered, named):
    propose(helena)
    session = evaluating.session
    session.rollback()
    assert plan_findings(session) == []

    session.execute(sa.text(f"UPDATE assignment_plan SET {altered}"))
    session.expire_all()

    assert named in plan_findings(session)


def plan_findings(session):
    found = evaluation.findings(session, Entries.read(session))
    return [it.what for it in found if "/P" in it.reference]


def test_a_file_in_another_encoding_is_refused_with_what_to_do(helena, proposals):
    content = f"{proposals[0].reference};josé@example.org".encode("cp1252")
    form = helena.get(PLANS).forms["upload"]
    form["file"] = Upload("assignments.csv", content, "text/csv")

    page = form.submit("upload", status=422)

    assert "Save it as “CSV UTF-8” and upload it again." in page

"""Pages of panels: what a recused member cannot tell, and what they cost with more proposals."""

import io

import pypdf
import pytest
import sqlalchemy as sa

from grants.accounts.models import Membership
from grants.evaluation.models.panels import PanelMeeting
from grants.evaluation.service.panel_items import MovedScore, PanelConclusion
from grants.evaluation.service.panels import PanelFacts
from grants.rules.workflow import Interest, PanelVoteKind
from tests.functional.evaluation.test_blindness import said
from tests.support.evaluating import HALVES
from tests.support.proposals import complete

PAGE = "/manage/calls/IUC-2020/panels/1"


@pytest.fixture
def it(evaluating):
    call = evaluating.world.call
    call.rules = call.rules | {"panel": {"band_halves": 2}, "minimum_reviews": 2}
    return evaluating.world


def held(evaluating, it, proposals):
    """Have Wei and Anna review; plan a meeting with Marc, and open it."""
    stage = evaluating.open_stage(*proposals)
    services = evaluating.services
    asked = services.assignments.assign(stage, proposals, [it.wei, it.anna], by=it.helena)
    for assignment in asked:
        evaluating.review(assignment, HALVES)
    facts = PanelFacts(
        title="Panel of spring",
        place="Room 1",
        starts_at=evaluating.clock(),
        chair=it.wei.id,
        members=(it.wei.id, it.anna.id, it.marc.id),
        quorum=2,
    )
    meeting = services.panels.plan(stage, facts, by=it.helena)
    services.panels.open(meeting, by=it.helena)
    for member in list(meeting.members):
        services.panels.attend(meeting, member.person_id, present=True, by=it.helena)
    evaluating.session.commit()
    return meeting


def conclude(evaluating, it, item, words, halves=None):
    items = evaluating.services.panel_items
    items.begin(item, by=it.helena)
    out = {each.person_id for each in item.recusals}
    moved = {"impact": MovedScore(halves=halves, reason=words)} if halves else {}
    votes = {
        each.person_id: PanelVoteKind.FOR
        for each in item.meeting.members
        if each.person_id not in out
    }
    items.conclude(item, PanelConclusion(votes=votes, conclusion=words, scores=moved), by=it.helena)
    evaluating.session.commit()


@pytest.fixture
def meeting(evaluating, it):
    """Granada, from which Marc is recused, and Mannheim."""
    two = [
        evaluating.submit(it.granada, it.lucia, "Blockchain", answers=complete()),
        evaluating.submit(it.mannheim, it.jonas, "Roadshow", answers=complete("Roadshow")),
    ]
    evaluating.services.interests.declare(it.marc, two[0], Interest.DISQUALIFYING, "A friend.")
    return held(evaluating, it, two)


def test_a_recused_member_cannot_tell_how_an_item_fared(evaluating, it, meeting, visitor):
    marc = visitor(it.marc)
    addresses = [
        "/work",
        "/reviews",
        f"/panels/{meeting.id}",
        f"/panels/{meeting.id}/proposals/IUC-2020-001",
        f"/panels/{meeting.id}/proposals/IUC-2020-002",
    ]
    marc.get("/work")
    one_world = [said(marc, address) for address in addresses]
    granada = next(each for each in meeting.items if each.proposal.organisation is it.granada)

    conclude(evaluating, it, granada, "To be funded, with praise.", halves=10)
    granada.proposal.title = "Something else altogether"
    evaluating.session.commit()

    assert [said(marc, address) for address in addresses] == one_world
    assert one_world[3][0] == 404
    assert one_world[4][0] == 200


def test_minutes_of_a_recused_member_are_without_it(evaluating, it, meeting, visitor):
    for item in list(meeting.items):
        conclude(evaluating, it, item, f"Concluded on {item.proposal.reference}.")
    marc, anna, helena = visitor(it.marc), visitor(it.anna), visitor(it.helena)
    marc.get(f"/panels/{meeting.id}/minutes.pdf", status=404)
    evaluating.services.panels.close(meeting, by=it.helena)
    evaluating.session.commit()

    minutes = [
        text(marc.get(f"/panels/{meeting.id}/minutes.pdf")),
        text(anna.get(f"/panels/{meeting.id}/minutes.pdf")),
        text(helena.get(f"{PAGE}/minutes.pdf")),
    ]

    for words in ("IUC-2020-001", "Marc Dubois left the room", "Concluded on IUC-2020-001."):
        assert [words in each for each in minutes] == [False, True, True]
    assert all("Concluded on IUC-2020-002." in each for each in minutes)


def text(answer):
    pages = pypdf.PdfReader(io.BytesIO(answer.body)).pages
    return " ".join(" ".join(page.extract_text().split()) for page in pages)


def test_only_members_read_a_meeting(evaluating, it, meeting, visitor):
    for person in (it.helena, it.lucia, it.stranger):
        visitor(person).get(f"/panels/{meeting.id}", status=404)


def test_whoever_reviews_no_more_is_no_member_any_more(evaluating, it, meeting, visitor):
    marc = visitor(it.marc)
    marc.get(f"/panels/{meeting.id}", status=200)

    for role in list(it.marc.appointments):
        evaluating.session.delete(role)
    evaluating.session.commit()

    marc.get(f"/panels/{meeting.id}", status=404)


def test_an_applicants_member_reads_nothing(evaluating, it, meeting, visitor):
    evaluating.session.add(
        Membership(person=it.anna, organisation=it.granada, since=evaluating.clock())
    )
    evaluating.session.commit()

    visitor(it.anna).get(f"/panels/{meeting.id}", status=404)


@pytest.mark.parametrize("count", [2, 12])
def test_a_meeting_costs_as_many_queries_however_much_is_on_it(
    evaluating, it, visitor, portal, count
):
    proposals = [
        evaluating.submit(it.granada, it.lucia, f"Proposal {number}", answers=complete())
        for number in range(count)
    ]
    meeting = held(evaluating, it, proposals)
    helena, marc = visitor(it.helena), visitor(it.marc)
    helena.get(PAGE)
    marc.get("/work")
    asked = []
    sa.event.listen(portal.engine, "before_cursor_execute", lambda *_args: asked.append(_args[2]))

    costs = []
    for browser, address in (
        (helena, PAGE),
        (helena, f"{PAGE}/1"),
        (marc, f"/panels/{meeting.id}"),
    ):
        asked.clear()
        browser.get(address)
        costs.append(len(asked))

    assert costs == [11, 13, 10]


def test_nothing_is_planned_twice(evaluating, it, meeting, visitor):
    page = visitor(it.helena).get("/manage/calls/IUC-2020/panels")

    assert "panel" not in page.forms
    assert "Panel of spring" in page
    assert evaluating.session.query(PanelMeeting).count() == 1


def test_people_that_no_form_offers_are_refused_and_the_rest_stays(evaluating, it, helena):
    evaluating.open_stage(*evaluating.three())
    form = helena.get("/manage/calls/IUC-2020/panels").forms["panel"]
    form["title"], form["quorum"], form["starts"] = "Panel of spring", "1", "2020-06-01T10:00"
    form.fields["members"][0].checked = True
    form["chair"].force_value("nobody")

    page = form.submit("plan", status=422)

    assert page.forms["panel"]["title"].value == "Panel of spring"
    form.fields["members"][0].force_value("nobody")
    form["chair"].force_value(str(it.wei.id))
    assert form.submit("plan", status=422)


def test_nobody_else_attends_or_leaves(evaluating, meeting, it, helena):
    token = helena.get(PAGE).html.find("input", {"name": "csrf_token"})["value"]
    for member in ("nobody", "9" * 5000, str(it.lucia.id)):
        helena.post(PAGE, {"csrf_token": token, "member": member, "present": "yes"}, status=404)
    item = f"{PAGE}/1"
    form = helena.get(item).forms["recuse"]
    form["member"].force_value("nobody")
    form["reason"] = "A cousin."
    page = form.submit("recuse", status=422)
    assert page.forms["recuse"]["reason"].value == "A cousin."

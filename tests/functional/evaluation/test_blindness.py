"""Who has an interest learns nothing; reviewers see no one else's marks."""

import re

import pytest

from grants.evaluation.models import Assignment
from grants.rules.workflow import Interest, ProposalStatus

SECRETS = re.compile(
    rb'tab=[\w-]*|name="(csrf_token|key)"[^>]*value="[^"]*"|X-CSRF-Token": "[^"]*"'
    rb'|value="[^"]*" name="csrf_token"|content="[^"]*Z?"'
)


def said(browser, address):
    """Give a page without what differs from one request to the next."""
    answer = browser.get(address, status="*")
    return answer.status_int, SECRETS.sub(b"", answer.body)


def changed_beyond_recognition(evaluating, proposal):
    """Change everything about a proposal that somebody could tell two worlds apart by."""
    proposal.title = "Something else altogether"
    proposal.requested_cents, proposal.total_cents = 1_000_000, 1_100_000
    proposal.topic = evaluating.world.topics[2]
    for assignment in evaluating.session.query(Assignment).filter_by(proposal=proposal):
        for mark in assignment.review.marks:
            mark.halves, mark.comment = 1, "Quite different."
        assignment.review.overall_comment = "Poor."
    evaluating.session.commit()


@pytest.fixture
def three(evaluating):
    return evaluating.three()


@pytest.fixture
def stage(evaluating, three):
    return evaluating.open_stage(*three)


@pytest.fixture
def assignments(evaluating, stage, three):
    """Wei's assignments, Granada's first."""
    made = evaluating.assign(stage, *three)
    return [each for each in made if each.reviewer is evaluating.world.wei]


@pytest.fixture
def everybody_reviewed(evaluating, assignments):
    """All reviews are submitted, but for Wei's, who accepted two of them."""
    for assignment in evaluating.session.query(Assignment):
        if assignment.reviewer is not evaluating.world.wei:
            evaluating.review(assignment)
    return assignments


def test_before_the_declaration_not_a_word_of_the_text_opens(evaluating, wei, assignments):
    granada = assignments[0].proposal
    granada.versions[0].answers = {"summary": {"text": "SECRET WORDS"}}
    evaluating.session.commit()

    page = wei.get(f"/reviews/{assignments[0].id}")

    assert granada.title in page
    assert granada.organisation.name in page
    assert "SECRET WORDS" not in page
    assert "review" not in page.forms
    for closed in (f"/reviews/{assignments[0].id}/proposal.pdf", f"/proposals/{granada.reference}"):
        assert wei.get(closed, status="*").status_int in (403, 404)


@pytest.mark.parametrize("interest", ["potential", "disqualifying"])
def test_who_declares_an_interest_meets_404_everywhere(wei, assignments, interest):
    number, granada = assignments[0].id, assignments[0].proposal
    form = wei.get(f"/reviews/{number}").forms["interest"]
    form["interest"], form["explanation"] = interest, "We were colleagues."

    page = form.submit("declare", status=303).follow()

    assert "it is no longer shown to you" in page
    assert granada.title not in page
    assert granada.reference not in page
    for address in (
        f"/reviews/{number}",
        f"/reviews/{number}/interests",
        f"/reviews/{number}/submit",
        f"/reviews/{number}/proposal.pdf",
        f"/proposals/{granada.reference}",
        f"/proposals/{granada.reference}/preview",
        f"/proposals/{granada.reference}/proposal.pdf",
        f"/proposals/{granada.reference}/interest",
        f"/proposals/{granada.reference}/reviewers",
    ):
        wei.get(address, status=404)


def test_two_worlds_look_alike_to_a_reviewer_with_an_interest(evaluating, wei, everybody_reviewed):
    granada, mannheim, _lodz = everybody_reviewed
    reviews, it = evaluating.services.reviews, evaluating.world
    reviews.declare(granada, Interest.DISQUALIFYING, explanation="Mine.", by=it.wei)
    reviews.declare(mannheim, Interest.NONE, by=it.wei)
    evaluating.session.commit()
    addresses = [
        "/reviews",
        "/work",
        f"/reviews/{granada.id}",
        f"/reviews/{mannheim.id}",
        f"/proposals/{granada.proposal.reference}",
        f"/manage/calls/{it.call.code}/proposals",
        f"/manage/calls/{it.call.code}/ranking",
    ]
    wei.get("/reviews")
    one_world = [said(wei, address) for address in addresses]

    changed_beyond_recognition(evaluating, granada.proposal)

    assert [said(wei, address) for address in addresses] == one_world


def test_two_worlds_look_alike_to_a_manager_with_an_interest(evaluating, visitor):
    granada, mannheim, lodz = evaluating.rank_three()
    it = evaluating.world
    evaluating.services.interests.declare(it.viktor, granada, Interest.DISQUALIFYING, "My city.")
    viktor = visitor(it.viktor)
    code = it.call.code
    addresses = [
        "/work",
        f"/manage/calls/{code}/proposals",
        f"/manage/calls/{code}/proposals.csv",
        f"/manage/calls/{code}/proposals?q=granada",
        f"/manage/calls/{code}/stage",
        f"/manage/calls/{code}/assign",
        f"/manage/calls/{code}/interests",
        f"/manage/calls/{code}/ranking",
        f"/manage/calls/{code}/decisions",
        f"/manage/calls/{code}/award-report.pdf",
        *(
            f"/proposals/{each.reference}{page}"
            for each in (granada, mannheim, lodz)
            for page in ("", "/decision", "/reviewers", "/check")
        ),
    ]
    viktor.get("/work")
    one_world = [said(viktor, address) for address in addresses]

    changed_beyond_recognition(evaluating, granada)
    mannheim.status = ProposalStatus.MAIN

    assert [said(viktor, address) for address in addresses] == one_world
    assert {status for status, _ in one_world[4:9]} == {403}
    assert one_world[9][0] in (403, 404)
    assert {status for status, _ in one_world[10:14]} == {404}


def test_two_worlds_look_alike_while_each_proposal_is_judged_by_itself(
    evaluating, visitor, everybody_reviewed
):
    granada, it = everybody_reviewed[0].proposal, evaluating.world
    evaluating.services.interests.declare(it.viktor, granada, Interest.DISQUALIFYING, "My city.")
    viktor = visitor(it.viktor)
    listed = f"/manage/calls/{it.call.code}/proposals"
    addresses = [
        "/work",
        f"/manage/calls/{it.call.code}",
        listed,
        f"{listed}?q=blockchain",
        f"{listed}?order=requested",
        f"{listed}?order=reviews&down=1",
        f"{listed}?status=in_stage",
        f"{listed}.csv",
        f"/proposals/{granada.reference}",
        f"/proposals/{granada.reference}/reviewers",
        f"/proposals/{everybody_reviewed[1].proposal.reference}/reviewers",
    ]
    viktor.get("/work")
    one_world = [said(viktor, address) for address in addresses]

    changed_beyond_recognition(evaluating, granada)
    evaluating.services.interests.declare(it.marc, granada, Interest.POTENTIAL, "Hm.")
    evaluating.session.commit()

    assert [said(viktor, address) for address in addresses] == one_world
    assert "2 of 2 proposals" in viktor.get(listed)


def test_a_manager_with_an_interest_reads_why(evaluating, visitor):
    granada, *_ = evaluating.rank_three()
    it = evaluating.world
    evaluating.services.interests.declare(it.viktor, granada, Interest.DISQUALIFYING, "My city.")
    viktor = visitor(it.viktor)

    page = viktor.get(f"/manage/calls/{it.call.code}/ranking", status=403)

    assert "no access to its evaluation" in page
    viktor.post(f"/manage/calls/{it.call.code}/decisions", status="4*")


def test_no_reviewer_sees_another_ones_marks(evaluating, wei, everybody_reviewed):
    mine = everybody_reviewed[0]
    evaluating.services.reviews.declare(mine, Interest.NONE, by=evaluating.world.wei)
    evaluating.session.commit()

    for address in ("/reviews", f"/reviews/{mine.id}", "/work"):
        page = wei.get(address)
        assert "Anna Rossi" not in page
        assert "Marc Dubois" not in page
        assert "thought" not in page
    assert wei.get(f"/proposals/{mine.proposal.reference}/reviewers", status="*").status_int >= 403
    other = next(
        each
        for each in evaluating.session.query(Assignment)
        if each.proposal is mine.proposal and each.reviewer is evaluating.world.anna
    )
    wei.get(f"/reviews/{other.id}", status=404)

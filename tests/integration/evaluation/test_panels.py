"""Panels: planned, opened, concluded on item by item; scores within the band; closed for good."""

import pytest
import sqlalchemy as sa

from grants.evaluation.models import Assignment
from grants.evaluation.service.panel_items import MovedScore, PanelConclusion
from grants.evaluation.service.panels import PanelFacts
from grants.ledger import verify
from grants.oversight.verification import evaluation
from grants.oversight.verification.entries import Entries
from grants.proposals.models import Proposal
from grants.rules.errors import Incomplete, NotAllowedNow, Refused
from grants.rules.workflow import Interest, PanelStatus, PanelVoteKind, StageStatus

EVEN = {"excellence": 8, "impact": 8, "implementation": 8}
FOR, AGAINST = PanelVoteKind.FOR, PanelVoteKind.AGAINST


@pytest.fixture
def it(evaluating):
    evaluating.world.call.rules = evaluating.world.call.rules | {"panel": {"band_halves": 2}}
    return evaluating.world


@pytest.fixture
def panels(evaluating):
    return evaluating.services.panels


@pytest.fixture
def items(evaluating):
    return evaluating.services.panel_items


@pytest.fixture
def stage(evaluating, it):
    """Granada and Mannheim, both reviewed by all three."""
    two = (
        evaluating.submit(it.granada, it.lucia, "Blockchain for circular cities"),
        evaluating.submit(it.mannheim, it.jonas, "Advanced manufacturing"),
    )
    stage = evaluating.open_stage(*two)
    for assignment in evaluating.assign(stage, *two):
        evaluating.review(assignment, EVEN)
    return stage


def facts(it, **changed):
    usual = {
        "title": "Panel",
        "place": "Room 1",
        "starts_at": it.call.closes_at,
        "chair": it.wei.id,
        "members": (it.wei.id, it.anna.id, it.marc.id),
        "quorum": 2,
    }
    return PanelFacts(**(usual | changed))


@pytest.fixture
def meeting(panels, it, stage, evaluating):
    made = panels.plan(stage, facts(it), by=it.helena)
    evaluating.session.commit()
    return made


@pytest.fixture
def sitting(panels, it, meeting, evaluating):
    """The meeting is open, and everybody is there."""
    panels.open(meeting, by=it.helena)
    for person in (it.wei, it.anna, it.marc):
        panels.attend(meeting, person.id, present=True, by=it.helena)
    evaluating.session.commit()
    return meeting


def votes(meeting, **given):
    return {
        member.person_id: given.get(member.person.name.split()[0].lower(), FOR)
        for member in meeting.members
    }


def conclude(items, item, by, given=None, **scores):
    items.begin(item, by=by)
    moved = {code: MovedScore(halves=halves, reason=why) for code, (halves, why) in scores.items()}
    votes_given = votes(item.meeting) if given is None else given
    items.conclude(
        item,
        PanelConclusion(votes=votes_given, conclusion="To be funded.", scores=moved),
        by=by,
    )


def test_the_agenda_has_all_that_is_in_the_stage(meeting):
    assert [it.proposal.reference for it in meeting.items] == ["IUC-2020-001", "IUC-2020-002"]
    assert [it.position for it in meeting.items] == [1, 2]
    assert meeting.reference == f"{meeting.stage.reference}/P1"


def test_whoever_has_an_interest_is_recused_and_the_item_moves_to_the_end(
    evaluating, panels, it, stage
):
    granada = evaluating.session.query(Proposal).filter_by(reference="IUC-2020-001").one()
    evaluating.services.interests.declare(it.marc, granada, Interest.DISQUALIFYING, "A friend.")

    meeting = panels.plan(stage, facts(it), by=it.helena)

    assert [each.proposal.reference for each in meeting.items] == ["IUC-2020-002", "IUC-2020-001"]
    assert [each.person_id for each in meeting.items[1].recusals] == [it.marc.id]


def test_a_conclusion_keeps_votes_words_and_who_left(items, it, sitting, evaluating):
    first = sitting.items[0]
    items.recuse(first, it.marc.id, reason="We wrote a paper together.", by=it.marc)

    present = {it.wei.id: FOR, it.anna.id: AGAINST}
    conclude(items, first, it.helena, given=present)

    assert {each.person_id: each.vote for each in first.votes} == present
    (recusal,) = first.recusals
    assert recusal.left_at == first.began_at
    assert recusal.returned_at == first.concluded_at
    assert verify(evaluating.session).ok


def test_who_is_recused_or_away_does_not_vote(panels, items, it, sitting):
    first = sitting.items[0]
    items.recuse(first, it.marc.id, reason="We wrote a paper together.", by=it.marc)
    with pytest.raises(Refused, match="present and not recused"):
        conclude(items, first, it.helena)
    panels.attend(sitting, it.anna.id, present=False, by=it.helena)

    with pytest.raises(Refused, match="quorum is 2"):
        conclude(items, first, it.helena, given={it.wei.id: FOR})


def test_each_member_who_is_there_votes(items, it, sitting):
    with pytest.raises(Incomplete, match="Marc"):
        conclude(items, sitting.items[0], it.helena, given={it.wei.id: FOR, it.anna.id: FOR})


def test_a_score_moves_within_the_band_and_counts_from_then_on(
    evaluating, panels, items, it, sitting
):
    first, second = sitting.items
    conclude(items, first, it.helena, impact=(10, "The annex shows more."))
    conclude(items, second, it.helena)
    panels.close(sitting, by=it.helena)
    evaluating.close_stage(sitting.stage)

    assert totals(evaluating) == {"IUC-2020-001": "31/2", "IUC-2020-002": "14"}
    (score,) = first.scores
    assert (score.code, score.halves, score.seed) == ("impact", 10, "4")


def totals(evaluating):
    """Rank, see that it holds, and give the totals."""
    ranking = evaluating.rank()
    assert evaluating.services.rankings.holds(ranking)
    assert evaluating.services.rankings.again(ranking).differing == ()
    return {each["reference"]: each["total"] for each in ranking.result["places"]}


@pytest.mark.parametrize(
    ("moved", "refused", "told"),
    [
        ((3, "Hm."), Refused, "outside the band"),
        ((9, " "), Incomplete, "state why"),
    ],
)
def test_what_lies_outside_the_band_or_has_no_reason_is_refused(
    items, it, sitting, moved, refused, told
):
    with pytest.raises(refused, match=told):
        conclude(items, sitting.items[0], it.helena, impact=moved)


def test_the_stage_waits_for_the_panel(evaluating, panels, items, it, sitting):
    with pytest.raises(Refused, match="has not concluded on IUC-2020-001"):
        evaluating.services.stages.close(sitting.stage, by=it.helena)
    for item in sitting.items:
        conclude(items, item, it.helena)
    with pytest.raises(Refused, match="meeting is not closed"):
        evaluating.services.stages.close(sitting.stage, by=it.helena)

    panels.close(sitting, by=it.helena)
    evaluating.services.stages.close(sitting.stage, by=it.helena)

    assert sitting.stage.status is StageStatus.CLOSED


def test_a_review_that_changes_afterwards_stops_the_conclusion(
    evaluating, panels, items, it, sitting
):
    for item in sitting.items:
        conclude(items, item, it.helena)
    panels.close(sitting, by=it.helena)
    own = evaluating.session.query(Assignment).filter_by(reviewer_id=it.wei.id).first()
    evaluating.services.reviews.reopen(own, reason="Please look again.", by=it.helena)
    evaluating.review(own, EVEN | {"impact": 4})

    with pytest.raises(Refused, match="have changed since the panel concluded"):
        evaluating.services.stages.close(sitting.stage, by=it.helena)


def test_a_meeting_opens_once_all_reviews_are_in(evaluating, panels, it, meeting):
    own = evaluating.session.query(Assignment).filter_by(reviewer_id=it.wei.id).first()
    evaluating.services.reviews.reopen(own, reason="Please look again.", by=it.helena)

    with pytest.raises(Refused, match="needs 3"):
        panels.open(meeting, by=it.helena)


def test_a_closed_meeting_never_changes(panels, items, it, sitting):
    for item in sitting.items:
        conclude(items, item, it.helena)
    panels.close(sitting, by=it.helena)

    for change in (
        lambda: panels.attend(sitting, it.wei.id, present=True, by=it.helena),
        lambda: items.retract(sitting.items[0], reason="No.", by=it.helena),
        lambda: items.recuse(sitting.items[0], it.wei.id, reason="Late.", by=it.wei),
        lambda: panels.cancel(sitting, reason="No.", by=it.helena),
    ):
        with pytest.raises(NotAllowedNow):
            change()


def test_a_cancelled_meeting_is_kept_and_another_one_is_planned(panels, it, meeting):
    panels.cancel(meeting, reason="The chair is ill.", by=it.helena)

    other = panels.plan(meeting.stage, facts(it), by=it.helena)

    assert [each.status for each in panels.of(meeting.stage)] == [
        PanelStatus.PLANNED,
        PanelStatus.CANCELLED,
    ]
    assert other.number == 2


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"quorum": 4}, "quorum"),
        ({"quorum": 0}, "quorum"),
        ({"chair": 9999}, "chair"),
        ({"members": (9999,)}, "Members are reviewers"),
    ],
)
def test_a_meeting_that_cannot_be_is_refused(panels, it, stage, changed, told):
    with pytest.raises(Refused, match=told):
        panels.plan(stage, facts(it, **changed), by=it.helena)


def test_no_panel_meets_where_the_call_asks_for_none(evaluating, panels):
    it = evaluating.world
    granada = evaluating.submit(it.granada, it.lucia, "Blockchain")
    stage = evaluating.open_stage(granada)

    with pytest.raises(NotAllowedNow):
        panels.plan(stage, facts(it), by=it.helena)


def said(session):
    session.commit()
    session.expire_all()
    return [str(each) for each in evaluation.findings(session, Entries.read(session))]


@pytest.fixture
def held(evaluating, panels, items, it, sitting):
    """The meeting moved a score, was without Marc for Granada, and is closed."""
    first, second = sitting.items
    items.recuse(first, it.marc.id, reason="We wrote a paper together.", by=it.marc)
    present = {it.wei.id: FOR, it.anna.id: AGAINST}
    conclude(items, first, it.helena, given=present, impact=(10, "The annex shows more."))
    conclude(items, second, it.helena)
    panels.close(sitting, by=it.helena)
    return sitting


def test_what_was_held_agrees_with_the_ledger(evaluating, held):
    assert said(evaluating.session) == []


@pytest.mark.parametrize(
    "altered",
    [
        "UPDATE panel_meeting SET title = 'Another'",
        "UPDATE panel_meeting SET quorum = 1",
        "UPDATE panel_meeting SET chair_id = (SELECT person_id FROM panel_member WHERE id = 2)",
        "UPDATE panel_member SET arrived_at = NULL WHERE id = 1",
        "UPDATE panel_item SET conclusion = 'To be rejected.' WHERE position = 1",
        "UPDATE panel_item SET stands_on = 'x' WHERE position = 1",
        "UPDATE panel_item SET position = 7 WHERE position = 1",
        "UPDATE panel_vote SET vote = 'against' WHERE vote = 'for'",
        "UPDATE panel_score SET halves = 9",
        "UPDATE panel_score SET reason = 'Other.'",
        "UPDATE panel_recusal SET reason = 'None.'",
        "UPDATE panel_recusal SET returned_at = NULL",
        "DELETE FROM panel_vote WHERE id = 1",
        "DELETE FROM panel_score",
        "DELETE FROM panel_recusal",
        "DELETE FROM panel_member WHERE id = 3",
    ],
)
def test_what_is_altered_by_hand_is_named(evaluating, held, altered):
    assert said(evaluating.session) == []

    evaluating.session.execute(sa.text(altered))

    assert said(evaluating.session)

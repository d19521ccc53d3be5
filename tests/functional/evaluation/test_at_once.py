"""Two people act at the same moment: the second sees what the first did, and nothing is undone.

SQLite lets one of them begin when the other has ended. On PostgreSQL both may
have read before either writes: the second finds its status gone, or waits.
"""

from contextlib import contextmanager

import pytest
from pyramid_retry import IRetryableError
from sqlalchemy.orm.exc import StaleDataError

from grants.accounts.models import Appointment, Person
from grants.calls.models import Call, Stage
from grants.decisions.models import Decision
from grants.evaluation.models import Assignment
from grants.evaluation.service.reviews import draft_of
from grants.ledger import LedgerEntry
from grants.proposals.models import Proposal
from grants.rules.errors import Refused
from grants.rules.workflow import (
    AssignmentStatus,
    DecisionKind,
    Interest,
    ProposalStatus,
    RankingStatus,
    Role,
)
from tests.support.evaluating import HALVES, draft
from tests.support.proposals import proposals_of

pytestmark = pytest.mark.both_databases

TOO_LATE = (StaleDataError, Refused)


def came_too_late(services, act, *args, **kwargs):
    """Try to act and to have it committed; tell whether it was too late for that."""
    try:
        act(*args, **kwargs)
        services.db.commit()
    except TOO_LATE:
        return True
    return False


@pytest.fixture
def overtaken(portal, session, database_kind):
    """Give services and things as read before `first` happened, where the database allows it."""

    @contextmanager
    def overtake(first, *things):
        session.commit()
        keys = [(type(it), it.id) for it in things]
        with portal.sessions() as slow:
            if database_kind == "postgresql":
                read = [slow.get_one(*key) for key in keys]
                first()
            else:
                first()
                read = [slow.get_one(*key) for key in keys]
            yield portal.services(slow), *read
            slow.rollback()
        session.rollback()  # what it may have read meanwhile stood before the first was through
        session.expire_all()

    return overtake


def in_draft(evaluating):
    """Bring two of three reviews in, and leave the third as a draft."""
    proposal = evaluating.three()[0]
    stage = evaluating.open_stage(*proposals_of(evaluating.session))
    for other in proposals_of(evaluating.session).where(Proposal.id != proposal.id):
        evaluating.services.proposals.withdraw(other, by=other.started_by)
    stage.minimum_reviews = 2
    *done, last = evaluating.assign(stage, proposal)
    for review in done:
        evaluating.review(review)
    reviews, by = evaluating.services.reviews, last.reviewer
    reviews.declare(last, Interest.NONE, by=by)
    reviews.save(last, draft(HALVES), revision=0, tab="one", by=by)
    return stage, last


def test_a_review_is_not_submitted_while_its_stage_closes(portal, evaluating, overtaken):
    stage, review = in_draft(evaluating)

    def close():
        with portal.writing() as services:
            helena = services.db.get_one(Person, evaluating.world.helena.id)
            services.stages.close(services.db.get_one(Stage, stage.id), by=helena)

    with overtaken(close, review) as (services, read):
        assert came_too_late(services, services.reviews.submit, read, by=read.reviewer)

    assert review.status is AssignmentStatus.EXCLUDED
    assert review.review.submitted_at is None


def test_a_stage_that_closes_does_not_exclude_what_is_submitted(portal, evaluating, overtaken):
    stage, review = in_draft(evaluating)

    def submit():
        with portal.writing() as services:
            read = services.db.get_one(Assignment, review.id)
            services.reviews.submit(read, by=review.reviewer)

    with overtaken(submit, stage, review) as (services, read, _review):
        helena = services.db.get_one(Person, evaluating.world.helena.id)
        came_too_late(services, services.stages.close, read, by=helena)

    assert review.status in (AssignmentStatus.SUBMITTED, AssignmentStatus.LOCKED)


def test_a_review_saved_in_two_windows_at_once_loses_neither(portal, evaluating, overtaken):
    _stage, review = in_draft(evaluating)
    first, second = draft(dict.fromkeys(HALVES, 8), "one"), draft(dict.fromkeys(HALVES, 3), "two")

    def save_first():
        with portal.writing() as services:
            read = services.db.get_one(Assignment, review.id)
            services.reviews.save(read, first, revision=1, tab="one", by=read.reviewer)

    with overtaken(save_first, review) as (services, read):
        assert {mark.code for mark in read.review.marks} == set(HALVES)
        save, by = services.reviews.save, read.reviewer
        assert came_too_late(services, save, read, second, revision=1, tab="two", by=by)

    assert draft_of(review) == first


def computed(evaluating):
    three = evaluating.three()
    stage = evaluating.open_stage(*three)
    scores = [dict.fromkeys(HALVES, halves) for halves in (9, 8, 7)]
    evaluating.review_all(stage, list(zip(three, scores, strict=True)))
    evaluating.close_stage(stage)
    ranking = evaluating.services.rankings.compute(
        evaluating.world.call, by=evaluating.world.helena
    )
    return three[0], ranking


def withdrawn_by_its_team(portal, proposal, by):
    def withdraw():
        with portal.writing() as services:
            services.proposals.withdraw(services.proposals.get(proposal.reference), by=by)

    return withdraw


def test_what_is_withdrawn_is_not_put_on_a_list(portal, evaluating, overtaken):
    proposal, ranking = computed(evaluating)
    withdraw = withdrawn_by_its_team(portal, proposal, evaluating.world.lucia)
    call = evaluating.world.call

    with overtaken(withdraw, call, ranking, proposal) as (services, read, *_held):
        helena = services.db.get_one(Person, evaluating.world.helena.id)
        assert came_too_late(
            services, services.rankings.adopt, read, seen=ranking.sha256, by=helena
        )

    assert proposal.status is ProposalStatus.WITHDRAWN
    assert ranking.status is RankingStatus.COMPUTED


def test_a_ranking_is_adopted_once(portal, evaluating, overtaken, session):
    _proposal, ranking = computed(evaluating)
    world = evaluating.world

    def adopt():
        with portal.writing() as services:
            viktor = services.db.get_one(Person, world.viktor.id)
            call = services.db.get_one(Call, world.call.id)
            services.rankings.adopt(call, seen=ranking.sha256, by=viktor)

    with overtaken(adopt, world.call, ranking) as (services, read, _ranking):
        helena = services.db.get_one(Person, world.helena.id)
        came_too_late(services, services.rankings.adopt, read, seen=ranking.sha256, by=helena)

    assert ranking.adopted_by_id == world.viktor.id
    adopted = session.query(LedgerEntry).where(LedgerEntry.action == "adopt")
    assert adopted.count() == 1


def test_what_is_withdrawn_is_not_awarded(portal, evaluating, overtaken, session):
    proposal = evaluating.rank_three()[0]
    withdraw = withdrawn_by_its_team(portal, proposal, evaluating.world.lucia)

    with overtaken(withdraw, proposal) as (services, read), pytest.raises(TOO_LATE):
        services.decisions.decide(
            read, DecisionKind.AWARD, reasons="Best.", awarded_cents=100, by=evaluating.world.helena
        )

    assert session.query(Decision).count() == 0


def test_a_request_that_came_too_late_begins_again(app):
    assert IRetryableError.implementedBy(StaleDataError)


def test_what_is_checked_does_not_change_after_the_conclusion(portal, evaluating, overtaken):
    proposal = evaluating.three()[0]
    evaluating.close_call()
    checks, it = evaluating.services.checks, evaluating.world
    for item in checks.of(proposal):
        checks.answer(proposal, item.code, met=True, by=it.helena)

    def conclude():
        with portal.writing() as services:
            helena = services.db.get_one(Person, it.helena.id)
            services.checks.conclude(services.db.get_one(Proposal, proposal.id), by=helena)

    with overtaken(conclude, proposal) as (services, read):
        viktor, code = services.db.get_one(Person, it.viktor.id), read.call.checklist[0]["code"]
        answer = services.checks.answer
        assert came_too_late(
            services, answer, read, code, met=False, reason="I think not.", by=viktor
        )

    assert proposal.status is ProposalStatus.ELIGIBLE
    assert all(item.met for item in checks.of(proposal))


def test_a_review_is_not_submitted_with_what_another_window_took_out(portal, evaluating, overtaken):
    _stage, review = in_draft(evaluating)

    def clear():
        with portal.writing() as services:
            read = services.db.get_one(Assignment, review.id)
            empty = draft(dict.fromkeys(HALVES))
            services.reviews.save(read, empty, revision=1, tab="one", by=read.reviewer)

    with overtaken(clear, review, review.review, *review.review.marks) as (services, read, *_rest):
        assert {mark.code for mark in read.review.marks} == set(HALVES)
        assert came_too_late(services, services.reviews.submit, read, by=read.reviewer)

    assert review.status is AssignmentStatus.DRAFT


def test_nobody_is_asked_for_a_review_while_the_stage_closes(portal, evaluating, overtaken):
    stage, review = in_draft(evaluating)
    it = evaluating.world
    where = {"role": Role.REVIEWER, "call_id": it.call.id, "since": evaluating.clock()}
    evaluating.session.add(Appointment(person=it.stranger, **where))

    def close():
        with portal.writing() as services:
            helena = services.db.get_one(Person, it.helena.id)
            services.stages.close(services.db.get_one(Stage, stage.id), by=helena)

    with overtaken(close, stage, review.proposal) as (services, read, proposal):
        stranger = services.db.get_one(Person, it.stranger.id)
        helena = services.db.get_one(Person, it.helena.id)
        assign = services.assignments.assign
        assert came_too_late(services, assign, read, [proposal], [stranger], by=helena)

    assert evaluating.session.query(Assignment).filter_by(reviewer_id=it.stranger.id).count() == 0

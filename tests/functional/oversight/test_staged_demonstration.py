"""The two-stage call of the demonstration shows what its pages are for, and agrees with itself."""

from collections import Counter

import pytest
from sqlalchemy import select

from grants.calls.models import Call
from grants.decisions.models import AwardAnswer, Decision
from grants.decisions.queries.desk import waits
from grants.decisions.redress import RedressRequest
from grants.demo.load import load_once
from grants.demo.staged.story import CODE
from grants.evaluation.models import Assignment, AssignmentPlan, Ranking
from grants.evaluation.models.consensus import ConsensusReport, ConsensusView
from grants.evaluation.models.panels import PanelItem, PanelRecusal, PanelScore
from grants.kit.clock import now
from grants.kit.database.tables import Base
from grants.kit.settings import parse
from grants.ledger import verify
from grants.oversight import verification
from grants.portal import Portal
from grants.projects.models import Project
from grants.proposals.clarifications import Clarification
from grants.proposals.models import Proposal
from grants.rules.workflow import DecisionKind, ProposalStatus
from tests.functional.oversight.test_verification import settings


@pytest.fixture
def portal(tmp_path):
    found = Portal(parse(settings(tmp_path)), now)
    Base.metadata.create_all(found.engine)
    yield found
    found.engine.dispose()


@pytest.fixture
def session(portal):
    with portal.sessions() as session:
        yield session


@pytest.mark.slow
def test_the_two_stage_call_has_all_that_its_pages_show(portal, session):
    assert load_once(portal, staged=True)
    call = session.scalars(select(Call).where(Call.code == CODE)).one()
    proposals = session.scalars(select(Proposal).where(Proposal.call == call)).all()
    standing = Counter(it.status for it in proposals)

    assert len(proposals) == 40
    assert standing[ProposalStatus.AWARDED] == 8
    assert standing[ProposalStatus.WITHDRAWN] == 1
    assert standing[ProposalStatus.REJECTED] + standing[ProposalStatus.RESERVE] == 31
    assert session.query(Clarification).count() == 1
    assert {it.status.value for it in session.query(AssignmentPlan)} == {"approved"}
    assert session.query(ConsensusReport).count() == 2
    assert [it.minority_view != "" for it in session.query(ConsensusView)].count(True) == 1
    assert session.query(PanelItem).count() == 20
    assert session.query(PanelRecusal).count() >= 1
    assert session.query(PanelScore).count() == 1
    ranking = session.query(Ranking).filter_by(call=call, status="adopted").one()
    assert len(ranking.draws) >= 1
    decisions = session.query(Decision).join(Proposal).filter(Proposal.call == call).all()
    kinds = Counter(it.kind for it in decisions if it.is_current)
    assert kinds[DecisionKind.AWARD] == 8
    assert [it.awarded_cents for it in decisions if it.departs] == [4_500_000]
    assert 2_500_000 in [it.awarded_cents for it in decisions]
    answers = Counter(it.accepted for it in session.query(AwardAnswer))
    assert answers[False] == 1
    assert answers[True] >= 5
    assert Counter(it.status.value for it in session.query(RedressRequest)) == {
        "asked": 1,
        "unfounded": 1,
    }
    assert any(
        it.review.first_submitted_at > it.stage.due_at
        for it in session.query(Assignment)
        if it.review.first_submitted_at and it.stage.due_at
    )
    signed = session.query(Project).join(Proposal).filter(Proposal.call == call)
    assert Counter(it.status.value for it in signed)["running"] == 2
    assert not waits(session, call), "all was decided and told, so no page asks for more"
    assert verify(session).ok
    assert [str(it) for it in verification.findings(session, portal.storage)] == []

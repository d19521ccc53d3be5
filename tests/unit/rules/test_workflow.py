"""The workflow tables, and the page of the docs that is made of them."""

from pathlib import Path

import pytest

from grants.proposals.models import Proposal
from grants.rules.errors import NotAllowedNow
from grants.rules.workflow import PROPOSAL_STEPS, ProposalStatus, Role
from grants.rules.workflow.__main__ import ALL, page

DOCS = Path(__file__).parents[3] / "docs" / "workflow.md"


def test_the_docs_say_what_the_tables_say():
    assert DOCS.read_text() == page(), "run: python -m grants.rules.workflow > docs/workflow.md"


def test_a_team_edits_a_draft_and_members_of_the_applicant_submit_it():
    team = PROPOSAL_STEPS.actions(ProposalStatus.DRAFT, Role.APPLICANT)
    members = PROPOSAL_STEPS.actions(ProposalStatus.DRAFT, Role.MEMBER)

    assert set(team) == {"view", "edit", "team"}
    assert set(members) == {"submit", "withdraw"}


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.APPLICANT, Role.MEMBER}))
def test_nobody_but_its_team_sees_a_draft(role):
    assert PROPOSAL_STEPS.actions(ProposalStatus.DRAFT, role) == ()


def test_a_draft_is_not_awarded():
    with pytest.raises(NotAllowedNow, match="the status is “draft”"):
        PROPOSAL_STEPS.target("award", ProposalStatus.DRAFT)


def test_the_model_itself_refuses_a_leap():
    proposal = Proposal(status=ProposalStatus.DRAFT)

    with pytest.raises(NotAllowedNow):
        proposal.status = ProposalStatus.AWARDED


@pytest.mark.parametrize("workflow", ALL, ids=lambda workflow: workflow.noun)
def test_an_action_leads_to_one_status_only(workflow):
    targets = {}
    for step in workflow.steps:
        targets.setdefault((step.action, step.source), set()).add(step.target)

    assert all(len(found) == 1 for found in targets.values())

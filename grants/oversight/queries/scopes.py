"""Where in the portal something is, by its kind and the reference that people know it by.

A code of a fund may be the code of a call, and that of a call what a proposal is called: only
together with the kind a reference has one meaning.
"""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from grants.calls.models import Call, Fund
from grants.kit.mail.models import WaitingMail
from grants.projects.models import Project
from grants.proposals.models import Proposal
from grants.rules.scope import NOWHERE, Scope
from grants.rules.workflow import (
    ACT_STEPS,
    ASSIGNMENT_STEPS,
    CALL_STEPS,
    CONSENSUS_STEPS,
    DELIVERABLE_STEPS,
    PANEL_STEPS,
    PLAN_STEPS,
    PROJECT_STEPS,
    PROPOSAL_STEPS,
)

_NONE = sa.cast(sa.null(), sa.Integer)
_HEAD = bindparam("head", type_=sa.Text)
_below = select(Call.fund_id, Call.id.label("call_id"), Proposal.id.label("proposal_id")).join(
    Call, Call.id == Proposal.call_id
)
_FUND = select(Fund.id, _NONE, _NONE).where(Fund.code == _HEAD)
_CALL = select(Call.fund_id, Call.id, _NONE).where(Call.code == _HEAD)
_PROPOSAL = _below.where(Proposal.reference == _HEAD)
_PROJECT = _below.join(Project, Project.proposal_id == Proposal.id).where(
    Project.reference == _HEAD
)
_LETTER = select(WaitingMail.fund_id, WaitingMail.call_id, WaitingMail.proposal_id).where(
    WaitingMail.name == _HEAD
)
PLACES: Mapping[str, tuple[Any, ...]] = {
    **dict.fromkeys(("person", "organisation", "pairing", "form", "programme", "job"), ()),
    **dict.fromkeys(("fund", "reviewer profile"), (_FUND,)),
    **dict.fromkeys(
        (CALL_STEPS.noun, "stage", "ranking", PLAN_STEPS.noun, PANEL_STEPS.noun, "draw seed"),
        (_CALL,),
    ),
    **dict.fromkeys(
        (PROPOSAL_STEPS.noun, ASSIGNMENT_STEPS.noun, CONSENSUS_STEPS.noun), (_PROPOSAL,)
    ),
    **dict.fromkeys(("check item", "clarification", "declaration", "panel item"), (_PROPOSAL,)),
    **dict.fromkeys(("decision", "award answer", "redress request"), (_PROPOSAL,)),
    **dict.fromkeys((PROJECT_STEPS.noun, DELIVERABLE_STEPS.noun), (_PROJECT,)),
    "letter": (_LETTER,),
    "document": (_PROPOSAL, _PROJECT),
    ACT_STEPS.noun: (_PROJECT, _CALL),
}
"""In which tables each kind of thing is looked up, one after the other; people are nowhere."""
_ANYWHERE = (_PROPOSAL, _PROJECT, _CALL, _FUND)
"""Where a kind is looked up that is not named above."""


def scope_of(db: Session, kind: str, reference: str) -> Scope:
    """Find what a reference is below: the review IUC-2019-007/R3 is below that proposal."""
    head = reference.partition("/")[0]
    for place in PLACES.get(kind, _ANYWHERE):
        if found := db.execute(place, {"head": head}).first():
            fund, call, proposal = found
            return Scope(fund_id=fund, call_id=call, proposal_id=proposal)
    return NOWHERE

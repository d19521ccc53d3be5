"""Where in the portal something is, by the reference that people know it by."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from grants.calls.models import Call, Fund
from grants.projects.models import Project
from grants.proposals.models import Proposal
from grants.rules.scope import NOWHERE, Scope

_NOWHERE = frozenset({"person", "organisation", "pairing", "form"})
"""Kinds whose references are numbers or names of their own."""

_none = sa.null()
_proposal = select(Call.fund_id, Call.id.label("call_id"), Proposal.id.label("proposal_id")).join(
    Call, Call.id == Proposal.call_id
)
_head = bindparam("head", type_=sa.Text)
_FOUND = sa.union_all(
    _proposal.where(Proposal.reference == _head),
    _proposal.join(Project, Project.proposal_id == Proposal.id).where(Project.reference == _head),
    select(Call.fund_id, Call.id, sa.cast(_none, sa.Integer)).where(Call.code == _head),
    select(Fund.id, sa.cast(_none, sa.Integer), sa.cast(_none, sa.Integer)).where(
        Fund.code == _head
    ),
).limit(1)


def scope_of(db: Session, kind: str, reference: str) -> Scope:
    """Find what a reference is below: IUC-2019-007/R3 is below the proposal IUC-2019-007."""
    if kind in _NOWHERE:
        return NOWHERE
    found: Any = db.execute(_FOUND, {"head": reference.partition("/")[0]}).first()
    if found is None:
        return NOWHERE
    fund, call, proposal = found
    return Scope(fund_id=fund, call_id=call, proposal_id=proposal)

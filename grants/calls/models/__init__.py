"""Programmes, their funds and calls: the tables."""

from grants.calls.models.calls import (
    Call,
    CallVersion,
    Criterion,
    ProposedAct,
    Stage,
)
from grants.calls.models.funds import (
    FormVersion,
    Fund,
    ListedOrganisation,
    Programme,
    Registration,
    Strand,
    Topic,
)

__all__ = [
    "Call",
    "CallVersion",
    "Criterion",
    "FormVersion",
    "Fund",
    "ListedOrganisation",
    "Programme",
    "ProposedAct",
    "Registration",
    "Stage",
    "Strand",
    "Topic",
]

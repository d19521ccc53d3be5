"""Programmes, their funds and calls: the tables."""

from grants.calls.models.calls import (
    Call,
    CallVersion,
    Criterion,
    ProposedAct,
    Stage,
)
from grants.calls.models.draw_seeds import DrawSeed
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
    "DrawSeed",
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

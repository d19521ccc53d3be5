"""Keep what each stage came to for each proposal, as the ledger tells of it."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "c70e3ad5918b"
down_revision = "9d41c6ab03e7"

_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
_MOMENT = sa.DateTime(timezone=True)


def _table(name: str, *numbers: str, **others: Any) -> sa.TableClause:
    columns = [sa.column(it, sa.Integer) for it in numbers]
    return sa.table(name, *columns, *(sa.column(it, kind) for it, kind in others.items()))


_CALL = _table("call", "id", checklist=_JSON)
_PROPOSAL = _table("proposal", "id", "call_id")
_STAGE = _table("stage", "id", "call_id", kind=sa.Text)
_CHECK = _table("check_item", "proposal_id", code=sa.Text, met=sa.Boolean)
_ASSIGNMENT = _table("assignment", "id", "proposal_id", status=sa.Text)
_REVIEW = _table("review", "id", "assignment_id")
_ENTRY = _table(
    "ledger_entry", "seq", "proposal_id", subject_kind=sa.Text, action=sa.Text, at=_MOMENT,
    payload=_JSON,
)  # fmt: skip
_RESULT = _table(
    "stage_result", "stage_id", "proposal_id", outcome=sa.Text, reached_at=_MOMENT, evidence=_JSON
)
_STEPS = {
    "admit": ("admissibility", "passed"),
    "exclude": ("admissibility", "failed"),
    "qualify": ("eligibility", "passed"),
    "disqualify": ("eligibility", "failed"),
    "pass": ("individual_review", "passed"),
    "fail": ("individual_review", "failed"),
    "list": ("individual_review", "main"),
    "reserve": ("individual_review", "reserve"),
}
"""What each step of a proposal says of the stage that it ended."""


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "stage_result",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("stage_id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(40), nullable=False),
        sa.Column("reached_at", _MOMENT, nullable=False),
        sa.Column("evidence", _JSON, nullable=False),
        sa.ForeignKeyConstraint(
            ["stage_id"], ["stage.id"], name=op.f("fk_stage_result_stage_id_stage")
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name=op.f("fk_stage_result_proposal_id_proposal")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stage_result")),
    )
    rows = list(_results(op.get_bind()))
    if rows:
        op.bulk_insert(_RESULT, rows)
    op.create_index(
        "uq_stage_result_stage_proposal", "stage_result", ["stage_id", "proposal_id"], unique=True
    )
    op.create_index(op.f("ix_stage_result_proposal_id"), "stage_result", ["proposal_id"])


def _results(connection: sa.Connection) -> Iterable[dict[str, Any]]:
    """Read in the ledger, the oldest first, what came of each proposal in each stage."""
    stages = {
        (call, kind): number
        for number, call, kind in connection.execute(
            sa.select(_STAGE.c.id, _STAGE.c.call_id, _STAGE.c.kind)
        )
    }
    calls = dict(connection.execute(sa.select(_PROPOSAL.c.id, _PROPOSAL.c.call_id)).all())
    not_met, reviews = _not_met(connection, calls), _reviews(connection)
    found: dict[tuple[int, int], dict[str, Any]] = {}
    entries = (
        sa.select(_ENTRY.c.proposal_id, _ENTRY.c.action, _ENTRY.c.at, _ENTRY.c.payload)
        .where(
            _ENTRY.c.subject_kind == "proposal",
            _ENTRY.c.action.in_(_STEPS),
            _ENTRY.c.proposal_id.is_not(None),
        )
        .order_by(_ENTRY.c.seq)
    )
    for proposal, action, at, payload in connection.execute(entries).all():
        kind, outcome = _STEPS[action]
        stage = stages[calls[proposal], kind]
        evidence: dict[str, Any] = {}
        if kind != "individual_review":
            evidence = {"not_met": not_met[proposal, kind]}
        elif action in ("pass", "fail"):
            evidence = {"total": payload.get("total", ""), "reviews": reviews[proposal]}
        else:
            before = found.get((stage, proposal), {}).get("evidence", {})
            evidence = before | {it: payload[it] for it in ("rank", "ranking") if it in payload}
        found[stage, proposal] = {
            "stage_id": stage,
            "proposal_id": proposal,
            "outcome": outcome,
            "reached_at": at,
            "evidence": evidence,
        }
    return found.values()


def _not_met(connection: sa.Connection, calls: dict[int, int]) -> Any:
    """List the items that were not met, by proposal and kind, in the order of the checklist."""
    checklists = dict(connection.execute(sa.select(_CALL.c.id, _CALL.c.checklist)).all())
    missed = connection.execute(
        sa.select(_CHECK.c.proposal_id, _CHECK.c.code).where(_CHECK.c.met.is_(False))
    )
    codes = {(proposal, code) for proposal, code in missed}
    found: defaultdict[tuple[int, str], list[str]] = defaultdict(list)
    for proposal in {proposal for proposal, _code in codes}:
        for line in checklists[calls[proposal]]:
            if (proposal, line["code"]) in codes:
                found[proposal, line["kind"]].append(line["code"])
    return found


def _reviews(connection: sa.Connection) -> Any:
    """List the reviews that count, by proposal."""
    found: defaultdict[int, list[int]] = defaultdict(list)
    rows = connection.execute(
        sa.select(_ASSIGNMENT.c.proposal_id, _REVIEW.c.id)
        .join(_REVIEW, _REVIEW.c.assignment_id == _ASSIGNMENT.c.id)
        .where(_ASSIGNMENT.c.status == "locked")
        .order_by(_ASSIGNMENT.c.id)
    )
    for proposal, review in rows:
        found[proposal].append(review)
    return found


def downgrade() -> None:
    """Go back."""
    op.drop_table("stage_result")

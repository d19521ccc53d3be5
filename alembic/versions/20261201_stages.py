"""The stages of a call are planned with it: its formal checks, then its reviews."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "9d41c6ab03e7"
down_revision = "5b2ce7f0a918"

_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
_MOMENT = sa.DateTime(timezone=True)
_NO_RULES = "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"  # of {}
_CALL = sa.table("call", sa.column("id", sa.Integer))
_STAGE = sa.table(
    "stage",
    *(sa.column(name, sa.Integer) for name in ("call_id", "number", "position")),
    *(sa.column(name, sa.Text) for name in ("kind", "name", "status", "rules_sha256")),
    sa.column("rules", _JSON),
    sa.column("minimum_reviews", sa.Integer),
    *(sa.column(name, _MOMENT) for name in ("opened_at", "closed_at")),
)
_PROPOSAL = sa.table("proposal", sa.column("call_id", sa.Integer), sa.column("status", sa.Text))
_ENTRY = sa.table(
    "ledger_entry",
    sa.column("call_id", sa.Integer),
    *(sa.column(name, sa.Text) for name in ("subject_kind", "action")),
    sa.column("at", _MOMENT),
)


def upgrade() -> None:
    """Go forward."""
    with op.batch_alter_table("stage", schema=None) as batch_op:
        batch_op.add_column(sa.Column("position", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("kind", sa.String(40), nullable=True))
        batch_op.alter_column("opened_at", existing_type=_MOMENT, nullable=True)
    op.execute("UPDATE stage SET position = number + 2, kind = 'individual_review'")
    _plan(op.get_bind())
    with op.batch_alter_table("stage", schema=None) as batch_op:
        batch_op.alter_column("position", existing_type=sa.Integer(), nullable=False)
        batch_op.alter_column("kind", existing_type=sa.String(40), nullable=False)
        batch_op.create_check_constraint(
            batch_op.f("ck_stage_opened"), "(status = 'planned') = (opened_at IS NULL)"
        )
        batch_op.create_index("uq_stage_call_position", ["call_id", "position"], unique=True)
    with op.batch_alter_table("proposal", schema=None) as batch_op:
        batch_op.add_column(sa.Column("stage_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_proposal_stage_id_stage"), "stage", ["stage_id"], ["id"]
        )
    op.execute(
        "UPDATE proposal SET stage_id = (SELECT stage.id FROM stage"
        " WHERE stage.call_id = proposal.call_id AND stage.number = proposal.stage)"
    )
    with op.batch_alter_table("proposal", schema=None) as batch_op:
        batch_op.drop_column("stage")


def _plan(connection: sa.Connection) -> None:
    """Give each call the stages that it lacks, as far as its proposals have come."""
    columns = (_STAGE.c.call_id, _STAGE.c.opened_at)
    reviews = dict(connection.execute(sa.select(*columns)).all())
    concluded = dict(_concluded(connection))
    unchecked = set(
        connection.scalars(
            sa.select(_PROPOSAL.c.call_id).where(
                _PROPOSAL.c.status.in_(("submitted", "taken_back", "admissible"))
            )
        )
    )
    rows: list[dict[str, Any]] = []
    for call in connection.scalars(sa.select(_CALL.c.id).order_by(_CALL.c.id)).all():
        first, last = concluded.get(call, (reviews.get(call), reviews.get(call)))
        over = first is not None and (call in reviews or call not in unchecked)
        status = "closed" if over else "open" if first is not None else "planned"
        times = {"status": status, "opened_at": first, "closed_at": last if over else None}
        rows.append(_row(call, 1, "admissibility", 2) | times)
        rows.append(_row(call, 2, "eligibility", 3) | times)
        if call not in reviews:
            rows.append(_row(call, 3, "individual_review", 1))
    if rows:
        connection.execute(sa.insert(_STAGE), rows)


def _concluded(connection: sa.Connection) -> list[tuple[int, tuple[Any, Any]]]:
    """Read in the ledger when the first and the last check of each call was concluded."""
    rows = connection.execute(
        sa.select(_ENTRY.c.call_id, sa.func.min(_ENTRY.c.at), sa.func.max(_ENTRY.c.at))
        .where(
            _ENTRY.c.subject_kind == "proposal",
            _ENTRY.c.action.in_(("admit", "exclude")),
            _ENTRY.c.call_id.is_not(None),
        )
        .group_by(_ENTRY.c.call_id)
    )
    return [(call, (first, last)) for call, first, last in rows]


def _row(call: int, position: int, kind: str, number: int) -> dict[str, Any]:
    return {
        "call_id": call,
        "number": number,
        "position": position,
        "kind": kind,
        "name": "",
        "status": "planned",
        "rules": {},
        "rules_sha256": _NO_RULES,
        "minimum_reviews": 0,
        "opened_at": None,
        "closed_at": None,
    }


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("proposal", schema=None) as batch_op:
        batch_op.add_column(sa.Column("stage", sa.Integer(), nullable=True))
    op.execute(
        "UPDATE proposal SET stage = (SELECT stage.number FROM stage"
        " WHERE stage.id = proposal.stage_id)"
    )
    with op.batch_alter_table("proposal", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_proposal_stage_id_stage"), type_="foreignkey")
        batch_op.drop_column("stage_id")
    op.execute("DELETE FROM stage WHERE kind <> 'individual_review' OR status = 'planned'")
    op.drop_index("uq_stage_call_position", "stage")
    with op.batch_alter_table("stage", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_stage_opened"), type_="check")
        batch_op.alter_column("opened_at", existing_type=_MOMENT, nullable=False)
        batch_op.drop_column("kind")
        batch_op.drop_column("position")

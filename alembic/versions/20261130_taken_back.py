"""What was handed in and taken back stands as it was handed in last, with its lifted facts."""

import json
from datetime import date
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "7b90d1c4e2aa"
down_revision = "8a3f51c7d02e"

_PROPOSAL = sa.table(
    "proposal",
    *map(sa.column, ("id", "call_id", "title", "status", "topic_id", "requested_cents")),
    sa.column("total_cents"),
    sa.column("starts_on", sa.Date),
    sa.column("ends_on", sa.Date),
    sa.column("submitted_at", sa.DateTime(timezone=True)),
)
_VERSION = sa.table(
    "proposal_version",
    *map(sa.column, ("proposal_id", "number", "content")),
    sa.column("submitted_at", sa.DateTime(timezone=True)),
)
_STAGE = sa.table("stage", sa.column("call_id"))
_TOPIC = sa.table("topic", sa.column("id"), sa.column("code"))
_OFFERED = sa.table("call_topic", sa.column("call_id"), sa.column("topic_id"))


def upgrade() -> None:
    """Go forward; a call whose evaluation has begun is left as it was told."""
    connection = op.get_bind()
    begun = sa.select(_STAGE.c.call_id)
    rows = connection.execute(
        sa.select(_PROPOSAL.c.id, _PROPOSAL.c.call_id, _VERSION.c.content, _VERSION.c.submitted_at)
        .join(_VERSION, _VERSION.c.proposal_id == _PROPOSAL.c.id)
        .where(_PROPOSAL.c.status == "draft", _PROPOSAL.c.call_id.not_in(begun))
        .order_by(_PROPOSAL.c.id, _VERSION.c.number)
    ).all()
    last = {number: (call, content, at) for number, call, content, at in rows}
    for number, (call, content, at) in last.items():
        held = json.loads(content) if isinstance(content, str) else content
        values = _facts(connection, call, held.get("lifted", {}))
        connection.execute(
            sa.update(_PROPOSAL)
            .where(_PROPOSAL.c.id == number)
            .values(status="taken_back", submitted_at=at, **values)
        )


def _facts(connection: sa.Connection, call: int, lifted: dict[str, Any]) -> dict[str, Any]:
    """Give what lists show of the version that counts."""
    topics = lifted.get("topics") or [None]
    topic = connection.scalar(
        sa.select(_TOPIC.c.id)
        .join(_OFFERED, _OFFERED.c.topic_id == _TOPIC.c.id)
        .where(_OFFERED.c.call_id == call, _TOPIC.c.code == topics[0])
    )
    days = {name: lifted.get(name) for name in ("starts_on", "ends_on")}
    return {
        "title": lifted.get("title") or "",
        "topic_id": topic,
        "requested_cents": lifted.get("requested_cents"),
        "total_cents": lifted.get("total_cents"),
        **{name: day and date.fromisoformat(day) for name, day in days.items()},
    }


def downgrade() -> None:
    """Go back."""
    op.execute(
        "UPDATE proposal SET status = 'draft', submitted_at = NULL WHERE status = 'taken_back'"
    )

"""Keep the budget and the partners of an agreement as rows.

They were lists in two columns of the project; what is summed, referred to and amended is a table.
"""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "c85f02a6d3b1"
down_revision = "b4d7e1f20c95"

_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
_PROJECT = sa.table(
    "project",
    sa.column("id", sa.Integer()),
    sa.column("agreement_id", sa.Integer()),
    sa.column("budget", _JSON),
    sa.column("partners", _JSON),
)
_LINES = ("code", "name", "total_cents", "granted_cents")
_PARTNERS = ("name", "kind", "country", "role")
_KNOWN = """
UPDATE partner SET organisation_id = (
    SELECT organisation.id FROM organisation
    WHERE organisation.name = partner.name AND organisation.country = partner.country
)
"""


def upgrade() -> None:
    """Go forward."""
    line = op.create_table(
        "budget_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agreement_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("total_cents", sa.BigInteger(), nullable=False),
        sa.Column("granted_cents", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "total_cents >= 0 AND granted_cents >= 0", name=op.f("ck_budget_line_amounts")
        ),
        sa.ForeignKeyConstraint(
            ["agreement_id"], ["agreement.id"], name=op.f("fk_budget_line_agreement_id_agreement")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_budget_line")),
    )
    partner = op.create_table(
        "partner",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agreement_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in _PARTNERS),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["agreement_id"], ["agreement.id"], name=op.f("fk_partner_agreement_id_agreement")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_partner_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partner")),
    )
    for name, table, column in (
        ("uq_budget_line_position", "budget_line", "position"),
        ("uq_budget_line_code", "budget_line", "code"),
        ("uq_partner_position", "partner", "position"),
    ):
        op.create_index(name, table, ["agreement_id", column], unique=True)
    op.create_index(op.f("ix_partner_organisation_id"), "partner", ["organisation_id"])
    there = op.get_bind().execute(sa.select(_PROJECT).order_by(_PROJECT.c.id)).all()
    for table, names, rows in (
        (line, _LINES, [(it.agreement_id, it.budget) for it in there]),
        (partner, _PARTNERS, [(it.agreement_id, it.partners) for it in there]),
    ):
        op.bulk_insert(table, list(_numbered(rows, names)))
    op.execute(_KNOWN)
    with op.batch_alter_table("project", schema=None) as batch_op:
        batch_op.drop_column("budget")
        batch_op.drop_column("partners")


def _numbered(rows: list[tuple[int, Any]], names: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    for agreement, listed in rows:
        for position, it in enumerate(listed, start=1):
            values = {name: it[name] for name in names}
            yield {"agreement_id": agreement, "position": position, **values}


def downgrade() -> None:
    """Go back; which organisations of the directory partners are is forgotten."""
    with op.batch_alter_table("project", schema=None) as batch_op:
        for name in ("budget", "partners"):
            batch_op.add_column(sa.Column(name, _JSON, nullable=False, server_default="[]"))
    for column, table, names in (
        ("budget", "budget_line", _LINES),
        ("partners", "partner", _PARTNERS),
    ):
        _gather(column, table, names)
    with op.batch_alter_table("project", schema=None) as batch_op:
        for name in ("budget", "partners"):
            batch_op.alter_column(name, server_default=None)
    op.drop_table("partner")
    op.drop_table("budget_line")


def _gather(column: str, table: str, names: tuple[str, ...]) -> None:
    kept = sa.table(table, *(sa.column(it) for it in ("agreement_id", "position", *names)))
    listed: dict[int, list[dict[str, Any]]] = {}
    query = sa.select(kept).order_by(kept.c.agreement_id, kept.c.position)
    for row in op.get_bind().execute(query).mappings():
        listed.setdefault(row["agreement_id"], []).append({name: row[name] for name in names})
    for agreement, rows in listed.items():
        its = _PROJECT.c.agreement_id == agreement
        op.execute(sa.update(_PROJECT).where(its).values({column: rows}))

"""Keep what was agreed apart from the project that goes on under it.

An agreement is about an award, that is about a proposal, and a project refers to the one that
counts: an amendment will be one more row with the next sequence, and the project will name it.

The status of a project was bound to its evidence by two CHECKs, and a CHECK sees one row alone.
That conditions are met before anything is signed is now a CHECK of the agreement, where both
facts stand. That a running project is signed stays a CHECK of the project: it keeps the day of
the signature, and a composite foreign key to the agreement and its day keeps the two the same,
with ON UPDATE CASCADE where the day is corrected. No trigger is needed, both databases have it,
and lists go on ordering by a column of the project. A second foreign key holds that an
agreement is about the project's own award.
"""

import sqlalchemy as sa
from alembic import op

revision = "b4d7e1f20c95"
down_revision = "e4a97c1d5b02"

_CHECKS = {
    "sequence": "sequence >= 1",
    "dates": "starts_on <= ends_on",
    "granted": "granted_cents BETWEEN 0 AND total_cents",
    "conditions": "signed_on IS NULL OR conditions = '' OR conditions_met_at IS NOT NULL",
    "conditions_met": "(conditions_met_at IS NULL) = (conditions_met_by_id IS NULL)"
    " AND (conditions_met_at IS NULL) = (conditions_note = '')",
}
_BEFORE = {
    "dates": _CHECKS["dates"],
    "conditions": "status <> 'running' OR conditions = '' OR conditions_met_at IS NOT NULL",
    "conditions_met": _CHECKS["conditions_met"],
}
_MOVED = (
    "starts_on",
    "ends_on",
    "total_cents",
    "conditions",
    "conditions_note",
    "conditions_met_at",
    "conditions_met_by_id",
    "signing_corrections",
)
_AGREED = """
INSERT INTO agreement (
    proposal_id, sequence, prepared_at, granted_cents, signed_on, starts_on, ends_on, total_cents,
    conditions, conditions_note, conditions_met_at, conditions_met_by_id, signing_corrections
)
SELECT
    proposal_id, 1, created_at, awarded_cents, signed_on, starts_on, ends_on, total_cents,
    conditions, conditions_note, conditions_met_at, conditions_met_by_id, signing_corrections
FROM project ORDER BY id
"""
_NAMED = """
UPDATE project SET agreement_id = (
    SELECT agreement.id FROM agreement WHERE agreement.proposal_id = project.proposal_id
)
"""
_BACK = """
UPDATE project SET (
    starts_on, ends_on, total_cents, conditions, conditions_note, conditions_met_at,
    conditions_met_by_id, signing_corrections
) = (
    SELECT
        starts_on, ends_on, total_cents, conditions, conditions_note, conditions_met_at,
        conditions_met_by_id, signing_corrections
    FROM agreement WHERE agreement.id = project.agreement_id
)
"""


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "agreement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("prepared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("granted_cents", sa.BigInteger(), nullable=False),
        sa.Column("total_cents", sa.BigInteger(), nullable=False),
        sa.Column("conditions", sa.Text(), nullable=False),
        sa.Column("conditions_note", sa.Text(), nullable=False),
        sa.Column("conditions_met_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("conditions_met_by_id", sa.Integer(), nullable=True),
        sa.Column("signed_on", sa.Date(), nullable=True),
        sa.Column("signing_corrections", sa.Integer(), nullable=False),
        *(
            sa.CheckConstraint(rule, name=op.f(f"ck_agreement_{it}"))
            for it, rule in _CHECKS.items()
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name=op.f("fk_agreement_proposal_id_proposal")
        ),
        sa.ForeignKeyConstraint(
            ["conditions_met_by_id"],
            ["person.id"],
            name=op.f("fk_agreement_conditions_met_by_id_person"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement")),
        sa.UniqueConstraint("id", "proposal_id", name=op.f("uq_agreement_id_proposal_id")),
        sa.UniqueConstraint("id", "signed_on", name=op.f("uq_agreement_id_signed_on")),
    )
    op.create_index(
        "uq_agreement_proposal_sequence", "agreement", ["proposal_id", "sequence"], unique=True
    )
    op.execute(_AGREED)
    op.add_column("project", sa.Column("agreement_id", sa.Integer(), nullable=True))
    op.execute(_NAMED)
    with op.batch_alter_table("project", schema=None) as batch_op:
        for name in _BEFORE:
            batch_op.drop_constraint(batch_op.f(f"ck_project_{name}"), type_="check")
        batch_op.drop_constraint(
            batch_op.f("fk_project_conditions_met_by_id_person"), type_="foreignkey"
        )
        for name in _MOVED:
            batch_op.drop_column(name)
        batch_op.alter_column("agreement_id", nullable=False)
        batch_op.create_unique_constraint(batch_op.f("uq_project_agreement_id"), ["agreement_id"])
        batch_op.create_foreign_key(
            batch_op.f("fk_project_agreement"),
            "agreement",
            ["agreement_id", "proposal_id"],
            ["id", "proposal_id"],
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_project_signed_agreement"),
            "agreement",
            ["agreement_id", "signed_on"],
            ["id", "signed_on"],
            onupdate="CASCADE",
        )


def downgrade() -> None:
    """Go back; of several versions of an agreement the one that counts is kept."""
    with op.batch_alter_table("project", schema=None) as batch_op:
        for name in ("starts_on", "ends_on"):
            batch_op.add_column(sa.Column(name, sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("total_cents", sa.BigInteger(), nullable=True))
        for name in ("conditions", "conditions_note"):
            batch_op.add_column(sa.Column(name, sa.Text(), nullable=True))
        batch_op.add_column(
            sa.Column("conditions_met_at", sa.DateTime(timezone=True), nullable=True)
        )
        batch_op.add_column(sa.Column("conditions_met_by_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("signing_corrections", sa.Integer(), nullable=True))
    op.execute(_BACK)
    with op.batch_alter_table("project", schema=None) as batch_op:
        for name in _MOVED:
            if name not in ("conditions_met_at", "conditions_met_by_id"):
                batch_op.alter_column(name, nullable=False)
        for name in ("fk_project_agreement", "fk_project_signed_agreement"):
            batch_op.drop_constraint(batch_op.f(name), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("uq_project_agreement_id"), type_="unique")
        batch_op.drop_column("agreement_id")
        batch_op.create_foreign_key(
            batch_op.f("fk_project_conditions_met_by_id_person"),
            "person",
            ["conditions_met_by_id"],
            ["id"],
        )
        for name, rule in _BEFORE.items():
            batch_op.create_check_constraint(batch_op.f(f"ck_project_{name}"), rule)
    op.drop_table("agreement")

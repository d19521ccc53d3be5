"""Keep what a reviewer writes apart from who is asked to write it."""

import sqlalchemy as sa
from alembic import op

revision = "1f6b08d2c7e4"
down_revision = "e27c94b18d05"

_WRITTEN = (
    "version_id, saved_at, submitted_at, first_submitted_at, revision, tab,"
    " overall_comment, private_comment"
)


def upgrade() -> None:
    """Go forward; a review has the number of its assignment, by which addresses name it."""
    op.create_table(
        "review",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assignment_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("first_submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("overall_comment", sa.Text(), nullable=False),
        sa.Column("private_comment", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("tab", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "first_submitted_at IS NULL OR submitted_at IS NOT NULL",
            name=op.f("ck_review_submitted"),
        ),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignment.id"], name=op.f("fk_review_assignment_id_assignment")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["proposal_version.id"],
            name=op.f("fk_review_version_id_proposal_version"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review")),
    )
    op.execute(
        f"INSERT INTO review (id, assignment_id, {_WRITTEN})"  # noqa: S608 -- names of columns
        f" SELECT id, id, {_WRITTEN} FROM assignment ORDER BY id"
    )
    op.create_index("uq_review_assignment", "review", ["assignment_id"], unique=True)
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "SELECT setval(pg_get_serial_sequence('review', 'id'),"
            " (SELECT COALESCE(MAX(id), 0) + 1 FROM review), false)"
        )
    _move_marks("assignment", "review")
    with op.batch_alter_table("assignment", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_assignment_submitted"), type_="check")
        batch_op.drop_constraint(
            batch_op.f("fk_assignment_version_id_proposal_version"), type_="foreignkey"
        )
        for column in _WRITTEN.split(", "):
            batch_op.drop_column(column.strip())


def downgrade() -> None:
    """Go back; marks are those of their assignment again, whatever the review's number is."""
    with op.batch_alter_table("assignment", schema=None) as batch_op:
        batch_op.add_column(sa.Column("version_id", sa.Integer(), nullable=True))
        for moment in ("saved_at", "submitted_at", "first_submitted_at"):
            batch_op.add_column(sa.Column(moment, sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("revision", sa.Integer(), nullable=True))
        for text in ("tab", "overall_comment", "private_comment"):
            batch_op.add_column(sa.Column(text, sa.Text(), nullable=True))
    op.execute(
        f"UPDATE assignment SET ({_WRITTEN}) = (SELECT {_WRITTEN} FROM review"  # noqa: S608
        " WHERE review.assignment_id = assignment.id)"
    )
    with op.batch_alter_table("assignment", schema=None) as batch_op:
        batch_op.alter_column("version_id", existing_type=sa.Integer(), nullable=False)
        batch_op.alter_column("revision", existing_type=sa.Integer(), nullable=False)
        for text in ("tab", "overall_comment", "private_comment"):
            batch_op.alter_column(text, existing_type=sa.Text(), nullable=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_assignment_version_id_proposal_version"),
            "proposal_version",
            ["version_id"],
            ["id"],
        )
        batch_op.create_check_constraint(
            batch_op.f("ck_assignment_submitted"),
            "status NOT IN ('submitted', 'locked') OR submitted_at IS NOT NULL",
        )
    _move_marks("review", "assignment")
    op.drop_table("review")


def _move_marks(old: str, new: str) -> None:
    """Have scores refer to the review instead of the assignment, or the other way round."""
    op.drop_index(f"uq_mark_{old}_criterion", "mark")
    with op.batch_alter_table("mark", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f(f"fk_mark_{old}_id_{old}"), type_="foreignkey")
        batch_op.alter_column(
            f"{old}_id", new_column_name=f"{new}_id", existing_type=sa.Integer(), nullable=False
        )
    wanted, known = ("id", "assignment_id") if new == "review" else ("assignment_id", "id")
    op.execute(
        f"UPDATE mark SET {new}_id = (SELECT review.{wanted} FROM review"  # noqa: S608
        f" WHERE review.{known} = mark.{new}_id)"
    )
    with op.batch_alter_table("mark", schema=None) as batch_op:
        batch_op.create_foreign_key(
            batch_op.f(f"fk_mark_{new}_id_{new}"), new, [f"{new}_id"], ["id"]
        )
        batch_op.create_index(f"uq_mark_{new}_criterion", [f"{new}_id", "code"], unique=True)

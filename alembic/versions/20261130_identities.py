"""Keep by what people are recognised apart from who they are.

A password is one kind of identity; others will be rows beside it. An account that nobody set a
password for has none.
"""

import sqlalchemy as sa
from alembic import op

revision = "e27c94b18d05"
down_revision = "d16e3b90f7a4"

_MOVED = """
INSERT INTO identity (person_id, kind, secret, created_at)
SELECT id, 'password', password, COALESCE(confirmed_at, created_at)
FROM person WHERE password <> '' ORDER BY id
"""
_BACK = """
UPDATE person SET password = COALESCE(
    (SELECT secret FROM identity WHERE identity.person_id = person.id AND kind = 'password'), ''
)
"""


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "identity",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("secret <> ''", name=op.f("ck_identity_secret")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_identity_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity")),
    )
    op.create_index("uq_identity_person_kind", "identity", ["person_id", "kind"], unique=True)
    op.execute(_MOVED)
    # Not in a batch: SQLite would make the table anew, to which all others point.
    op.drop_column("person", "password")


def downgrade() -> None:
    """Go back; when somebody signed in last is forgotten."""
    op.add_column("person", sa.Column("password", sa.Text(), server_default="", nullable=False))
    op.execute(_BACK)
    op.drop_table("identity")

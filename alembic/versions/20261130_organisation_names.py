"""Keep the names of organisations without case and accents, so that the database finds them."""

import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "d81f5c0b7e34"
down_revision = "c2f7a4d8e611"


def upgrade() -> None:
    """Go forward."""
    # With a default and dropped by itself: SQLite would make the table anew, to which others refer.
    name_key = sa.Column("name_key", sa.Text(), nullable=False, server_default="")
    op.add_column("organisation", name_key)
    connection = op.get_bind()
    rows = connection.execute(sa.text("SELECT id, name FROM organisation")).all()
    if rows:
        connection.execute(
            sa.text("UPDATE organisation SET name_key = :key WHERE id = :number"),
            [{"number": number, "key": _folded(name)} for number, name in rows],
        )
    op.create_index("ix_organisation_name_key", "organisation", ["name_key", "id"])


def downgrade() -> None:
    """Go back."""
    op.drop_index("ix_organisation_name_key", table_name="organisation")
    op.drop_column("organisation", "name_key")


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold().replace("ł", "l").replace("ø", "o"))
    return "".join(letter for letter in plain if not unicodedata.combining(letter))

"""Reviews are excluded, not void; people are conflicted, not barred. The ledger stays as it is."""

from alembic import op

revision = "5b2ce7f0a918"
down_revision = "1f6b08d2c7e4"

_RENAMED = (
    ("assignment", "status", "void", "excluded"),
    ("assignment", "status", "barred", "conflicted"),
    ("declaration", "ruling", "barred", "conflicted"),
)


def upgrade() -> None:
    """Go forward."""
    for table, column, before, after in _RENAMED:
        _rename(table, column, before, after)


def downgrade() -> None:
    """Go back."""
    for table, column, before, after in _RENAMED:
        _rename(table, column, after, before)


def _rename(table: str, column: str, old: str, new: str) -> None:
    op.execute(f"UPDATE {table} SET {column} = '{new}' WHERE {column} = '{old}'")  # noqa: S608

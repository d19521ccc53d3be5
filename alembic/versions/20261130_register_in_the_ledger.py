"""What the ledger keeps of organisations and pairings is found without reading the rest."""

from alembic import op

revision = "2f8d6b1c94e7"
down_revision = "a6e41c07b9d2"

_INDEXES = {
    "ix_ledger_entry_kind": ["subject_kind", "seq"],
    "ix_ledger_entry_kind_action": ["subject_kind", "action", "seq"],
}


def upgrade() -> None:
    """Go forward."""
    for name, columns in _INDEXES.items():
        op.create_index(name, "ledger_entry", columns)


def downgrade() -> None:
    """Go back."""
    for name in _INDEXES:
        op.drop_index(name, table_name="ledger_entry")

"""Find ledger entries by fund, call and proposal through an index; their hashes stay as they are."""

import sqlalchemy as sa
from alembic import op

revision = "7d2b9e40c1aa"
down_revision = "7a2e5c90b1f4"

_HEADS = {
    "sqlite": "substr(subject_reference, 1, instr(subject_reference || '/', '/') - 1)",
    "postgresql": "split_part(subject_reference, '/', 1)",
}
_FOUND = (
    "SELECT c.fund_id, c.id, p.id FROM proposal p JOIN call c ON c.id = p.call_id"
    " WHERE p.reference = {head}",
    "SELECT c.fund_id, c.id, p.id FROM project j JOIN proposal p ON p.id = j.proposal_id"
    " JOIN call c ON c.id = p.call_id WHERE j.reference = {head}",
    "SELECT c.fund_id, c.id, CAST(NULL AS INTEGER) FROM call c WHERE c.code = {head}",
    "SELECT f.id, CAST(NULL AS INTEGER), CAST(NULL AS INTEGER) FROM fund f WHERE f.code = {head}",
)
_FILL = """UPDATE ledger_entry SET (fund_id, call_id, proposal_id) = ({found})
    WHERE fund_id IS NULL
    AND subject_kind NOT IN ('person', 'organisation', 'pairing', 'form')"""
_COLUMNS = ("fund_id", "call_id", "proposal_id")
_INDEXES = ("fund", "call", "proposal")
_SQLITE_GUARD = """CREATE TRIGGER ledger_entry_never_updated BEFORE UPDATE ON ledger_entry
    BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END"""


def upgrade() -> None:
    """Go forward."""
    for column in _COLUMNS:
        op.add_column("ledger_entry", sa.Column(column, sa.Integer(), nullable=True))
    kind = op.get_bind().dialect.name
    _unguard(kind)
    for found in _FOUND:
        # The first that knows a reference says where it is.
        op.execute(_FILL.format(found=found.format(head=_HEADS[kind])))
    _guard(kind)
    for name in _INDEXES:
        op.create_index(f"ix_ledger_entry_{name}", "ledger_entry", [f"{name}_id", "seq"])


def downgrade() -> None:
    """Go back."""
    for name in _INDEXES:
        op.drop_index(f"ix_ledger_entry_{name}", table_name="ledger_entry")
    for column in _COLUMNS:
        op.drop_column("ledger_entry", column)


def _unguard(kind: str) -> None:
    if kind == "sqlite":
        op.execute("DROP TRIGGER ledger_entry_never_updated")
    else:
        op.execute("ALTER TABLE ledger_entry DISABLE TRIGGER ledger_entry_never_changed")


def _guard(kind: str) -> None:
    if kind == "sqlite":
        op.execute(_SQLITE_GUARD)
    else:
        op.execute("ALTER TABLE ledger_entry ENABLE TRIGGER ledger_entry_never_changed")

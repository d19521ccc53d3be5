"""Put ledger entries where their kind says: a fund or a call may be called like something else.

Entries about a fund whose code is a call's were found below that call, and entries about a call
whose code is a proposal's reference below that proposal. What they say, and their hashes, stay.
"""

from alembic import op

revision = "5e81c0b7a2d4"
down_revision = "b7e2904fd16c"

_HEADS = {
    "sqlite": "substr(subject_reference, 1, instr(subject_reference || '/', '/') - 1)",
    "postgresql": "split_part(subject_reference, '/', 1)",
}
_NONE = "CAST(NULL AS INTEGER)"
_MOVE = """UPDATE ledger_entry SET (fund_id, call_id, proposal_id) = ({found})
    WHERE subject_kind IN ({kinds}) AND {wrong} IS NOT NULL"""
_MOVES = (
    ("'fund'", "call_id", "SELECT id, {none}, {none} FROM fund WHERE code = {head}"),
    (
        "'call', 'stage', 'ranking'",
        "proposal_id",
        "SELECT fund_id, id, {none} FROM call WHERE code = {head}",
    ),
)
_SQLITE_GUARD = """CREATE TRIGGER ledger_entry_never_updated BEFORE UPDATE ON ledger_entry
    BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END"""


def upgrade() -> None:
    """Go forward."""
    kind = op.get_bind().dialect.name
    if kind == "sqlite":
        op.execute("DROP TRIGGER ledger_entry_never_updated")
    else:
        op.execute("ALTER TABLE ledger_entry DISABLE TRIGGER ledger_entry_never_changed")
    for kinds, wrong, found in _MOVES:
        op.execute(
            _MOVE.format(
                kinds=kinds, wrong=wrong, found=found.format(head=_HEADS[kind], none=_NONE)
            )
        )
    if kind == "sqlite":
        op.execute(_SQLITE_GUARD)
    else:
        op.execute("ALTER TABLE ledger_entry ENABLE TRIGGER ledger_entry_never_changed")


def downgrade() -> None:
    """Go back: they stay where they belong."""

"""Files by dossier: one key for whatever has files, instead of a column for each kind of thing."""

import sqlalchemy as sa
from alembic import op

revision = "93c4d70be15a"
down_revision = "5e81c0b7a2d4"

OWNERS = ("proposal", "deliverable")


def upgrade() -> None:
    """Go forward."""
    _open("deliverable")
    with op.batch_alter_table("file") as batch:
        batch.add_column(sa.Column("dossier_id", sa.Integer(), nullable=True))
    for owner in OWNERS:
        op.execute(
            f"UPDATE file SET dossier_id = (SELECT dossier_id FROM {owner}"  # noqa: S608
            f" WHERE {owner}.id = file.{owner}_id) WHERE {owner}_id IS NOT NULL"
        )
        op.drop_index(f"ix_file_{owner}_id", table_name="file")
    with op.batch_alter_table("file") as batch:
        batch.drop_constraint(op.f("ck_file_one_place"), type_="check")
        for owner in OWNERS:
            batch.drop_constraint(f"fk_file_{owner}_id_{owner}", type_="foreignkey")
            batch.drop_column(f"{owner}_id")
        batch.alter_column("dossier_id", existing_type=sa.Integer(), nullable=False)
        batch.create_foreign_key("fk_file_dossier_id_dossier", "dossier", ["dossier_id"], ["id"])
    op.create_index("ix_file_dossier_id", "file", ["dossier_id"])


def downgrade() -> None:
    """Go back."""
    op.drop_index("ix_file_dossier_id", table_name="file")
    with op.batch_alter_table("file") as batch:
        batch.drop_constraint("fk_file_dossier_id_dossier", type_="foreignkey")
        for owner in OWNERS:
            batch.add_column(sa.Column(f"{owner}_id", sa.Integer(), nullable=True))
    for owner in OWNERS:
        op.execute(
            f"UPDATE file SET {owner}_id = (SELECT id FROM {owner}"  # noqa: S608
            f" WHERE {owner}.dossier_id = file.dossier_id)"
        )
    with op.batch_alter_table("file") as batch:
        batch.drop_column("dossier_id")
        for owner in OWNERS:
            batch.create_foreign_key(f"fk_file_{owner}_id_{owner}", owner, [f"{owner}_id"], ["id"])
        batch.create_check_constraint(
            op.f("ck_file_one_place"), "(proposal_id IS NULL) <> (deliverable_id IS NULL)"
        )
    for owner in OWNERS:
        op.create_index(f"ix_file_{owner}_id", "file", [f"{owner}_id"])
    with op.batch_alter_table("deliverable") as batch:
        batch.drop_constraint("uq_deliverable_dossier_id", type_="unique")
        batch.drop_constraint("fk_deliverable_dossier_id_dossier", type_="foreignkey")
        batch.drop_column("dossier_id")
    op.execute("DELETE FROM dossier WHERE kind = 'deliverable'")


def _open(owner: str) -> None:
    """Open a dossier for each row of a table: those of its own come after those that there are."""
    last = op.get_bind().scalar(sa.text("SELECT COALESCE(MAX(id), 0) FROM dossier"))
    op.execute(f"INSERT INTO dossier (id, kind) SELECT id + {last}, '{owner}' FROM {owner}")  # noqa: S608
    op.add_column(owner, sa.Column("dossier_id", sa.Integer(), nullable=True))
    op.execute(f"UPDATE {owner} SET dossier_id = id + {last}")  # noqa: S608
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "SELECT setval(pg_get_serial_sequence('dossier', 'id'),"
            " (SELECT COALESCE(MAX(id), 1) FROM dossier), EXISTS (SELECT 1 FROM dossier))"
        )
    with op.batch_alter_table(owner) as batch:
        batch.alter_column("dossier_id", existing_type=sa.Integer(), nullable=False)
        batch.create_foreign_key(
            f"fk_{owner}_dossier_id_dossier", "dossier", ["dossier_id"], ["id"]
        )
        batch.create_unique_constraint(f"uq_{owner}_dossier_id", ["dossier_id"])

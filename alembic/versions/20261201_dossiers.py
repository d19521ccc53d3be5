"""Documents by dossier, kind and sequence, with what each was made of.

A letter's number was counted with the number of kinds of decisions that there were: the moment
in minutes, times six, plus the place of the kind. It is taken apart here for the last time.
"""

import sqlalchemy as sa
from alembic import op

revision = "d05a7c31e9b4"
down_revision = "e4a97c1d5b02"

KINDS = (
    "award",
    "award_with_conditions",
    "reserve",
    "reject_budget",
    "reject_threshold",
    "reject_other",
)
OWNERS = ("proposal", "project")
_DOCUMENT = sa.table(
    "document",
    *map(sa.column, ("id", "dossier_id", "proposal_id", "kind", "sequence", "number")),
    *map(sa.column, ("made_of", "reference")),
)
_PROPOSAL = sa.table("proposal", *map(sa.column, ("id", "reference", "dossier_id")))
_PROJECT = sa.table("project", *map(sa.column, ("proposal_id", "dossier_id")))


def upgrade() -> None:
    """Go forward; each document stays where it is stored, under the name that the ledger knows."""
    op.create_table(
        "dossier",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dossier")),
    )
    for owner in OWNERS:
        _open(owner)
    with op.batch_alter_table("document") as batch:
        batch.add_column(sa.Column("dossier_id", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("sequence", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("made_of", sa.Text(), nullable=True))
        batch.add_column(sa.Column("reference", sa.Text(), nullable=True))
    _sort_in(op.get_bind())
    op.drop_index("uq_document_kind_proposal_number", table_name="document")
    op.drop_index("ix_document_proposal_id", table_name="document")
    with op.batch_alter_table("document") as batch:
        batch.drop_constraint("fk_document_proposal_id_proposal", type_="foreignkey")
        batch.drop_column("proposal_id")
        batch.drop_column("number")
        batch.alter_column("dossier_id", existing_type=sa.Integer(), nullable=False)
        batch.alter_column("sequence", existing_type=sa.Integer(), nullable=False)
        for name in ("made_of", "reference"):
            batch.alter_column(name, existing_type=sa.Text(), nullable=False)
        batch.create_foreign_key(
            "fk_document_dossier_id_dossier", "dossier", ["dossier_id"], ["id"]
        )
        batch.create_unique_constraint("uq_document_reference", ["reference"])
        batch.create_check_constraint(op.f("ck_document_sequence"), "sequence > 0")
    for name in ("sequence", "made_of"):
        columns = ["dossier_id", "kind", name]
        op.create_index(f"uq_document_{name}", "document", columns, unique=True)


def downgrade() -> None:
    """Go back."""
    for name in ("sequence", "made_of"):
        op.drop_index(f"uq_document_{name}", table_name="document")
    with op.batch_alter_table("document") as batch:
        batch.drop_constraint("uq_document_reference", type_="unique")
        batch.drop_constraint("fk_document_dossier_id_dossier", type_="foreignkey")
        batch.drop_constraint(op.f("ck_document_sequence"), type_="check")
        batch.add_column(sa.Column("proposal_id", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("number", sa.Integer(), nullable=True))
    _number_again(op.get_bind())
    with op.batch_alter_table("document") as batch:
        for name in ("dossier_id", "sequence", "made_of", "reference"):
            batch.drop_column(name)
        batch.alter_column("proposal_id", existing_type=sa.Integer(), nullable=False)
        batch.alter_column("number", existing_type=sa.Integer(), nullable=False)
        batch.create_foreign_key(
            "fk_document_proposal_id_proposal", "proposal", ["proposal_id"], ["id"]
        )
    op.create_index("ix_document_proposal_id", "document", ["proposal_id"])
    columns = ["kind", "proposal_id", "number"]
    op.create_index("uq_document_kind_proposal_number", "document", columns, unique=True)
    for owner in reversed(OWNERS):
        with op.batch_alter_table(owner) as batch:
            batch.drop_constraint(f"uq_{owner}_dossier_id", type_="unique")
            batch.drop_constraint(f"fk_{owner}_dossier_id_dossier", type_="foreignkey")
            batch.drop_column("dossier_id")
    op.drop_table("dossier")


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


def _sort_in(connection: sa.Connection) -> None:
    """Put each document into its dossier; letters are numbered in the order of their moments."""
    rows = connection.execute(
        sa.select(
            _DOCUMENT.c.id,
            _DOCUMENT.c.kind,
            _DOCUMENT.c.number,
            _PROPOSAL.c.reference,
            _PROPOSAL.c.dossier_id,
            _PROJECT.c.dossier_id,
        )
        .select_from(_DOCUMENT)
        .join(_PROPOSAL, _PROPOSAL.c.id == _DOCUMENT.c.proposal_id)
        .outerjoin(_PROJECT, _PROJECT.c.proposal_id == _PROPOSAL.c.id)
        .order_by(_PROPOSAL.c.id, _DOCUMENT.c.number)
    ).all()
    letters: dict[int, int] = {}
    for number, kind, old, reference, proposal, project in rows:
        dossier = project if kind == "agreement" else proposal
        sequence = old
        if kind == "letter":
            sequence = letters[proposal] = letters.get(proposal, 0) + 1
        connection.execute(
            sa.update(_DOCUMENT)
            .where(_DOCUMENT.c.id == number)
            .values(
                dossier_id=dossier,
                sequence=sequence,
                made_of=_made_of(kind, old),
                reference=f"{reference}/{kind}-{old}",
            )
        )


def _number_again(connection: sa.Connection) -> None:
    """Give each document its proposal, and the number that follows from what it was made of."""
    owners = [
        dict(connection.execute(sa.select(*columns)).all())
        for columns in (
            (_PROPOSAL.c.dossier_id, _PROPOSAL.c.id),
            (_PROJECT.c.dossier_id, _PROJECT.c.proposal_id),
        )
    ]
    found = {**owners[0], **owners[1]}
    query = sa.select(_DOCUMENT.c.id, _DOCUMENT.c.dossier_id, _DOCUMENT.c.kind, _DOCUMENT.c.made_of)
    for number, dossier, kind, made_of in connection.execute(query).all():
        connection.execute(
            sa.update(_DOCUMENT)
            .where(_DOCUMENT.c.id == number)
            .values(proposal_id=found[dossier], number=_numbered(kind, made_of))
        )


def _made_of(kind: str, number: int) -> str:
    if kind == "letter":
        minutes, at = divmod(number, len(KINDS))
        return f"{KINDS[at]}/{minutes}"
    if kind == "agreement":
        return "draft" if number == 1 else f"signature/{number - 2}"
    return f"version/{number}"


def _numbered(kind: str, made_of: str) -> int:
    state, _slash, rest = made_of.partition("/")
    if kind == "letter":
        return int(rest) * len(KINDS) + KINDS.index(state)
    if kind == "agreement":
        return 1 if state == "draft" else int(rest) + 2
    return int(rest)

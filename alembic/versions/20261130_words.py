"""Search proposals by the database, and order them by title and organisation through an index."""

import re
import unicodedata

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "b3f6c2d8e915"
down_revision = "f1c7d3a95e24"

_RUN = re.compile(r"[^\W_]+")
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u312f\u3400-\u9fff\uf900-\ufaff"
_UNSPACED += "\U00020000-\U0003ffff"
_PARTS = re.compile(f"[{_UNSPACED}]+|[^{_UNSPACED}]+")
_IS_UNSPACED = re.compile(f"[{_UNSPACED}]")
_AT_ONCE = 1000
_COLUMNS = "INSERT INTO proposal_words (proposal_id, call_id, title_key, organisation_key, words) "
_INSERT = {
    "sqlite": _COLUMNS + "VALUES (:proposal_id, :call_id, :title_key, :organisation_key, :words)",
    "postgresql": _COLUMNS + "VALUES (:proposal_id, :call_id, :title_key, :organisation_key,"
    " CAST(:words AS tsvector))",
}


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "proposal_words",
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("title_key", sa.Text(), nullable=False),
        sa.Column("organisation_key", sa.Text(), nullable=False),
        sa.Column(
            "words", sa.Text().with_variant(postgresql.TSVECTOR(), "postgresql"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["call_id"], ["call.id"], name=op.f("fk_proposal_words_call_id_call")
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name=op.f("fk_proposal_words_proposal_id_proposal")
        ),
        sa.PrimaryKeyConstraint("proposal_id", name=op.f("pk_proposal_words")),
    )
    for name in ("title", "organisation"):
        op.create_index(
            f"ix_proposal_words_{name}",
            "proposal_words",
            ["call_id", f"{name}_key", "proposal_id"],
        )
    op.create_index("ix_proposal_words_words", "proposal_words", ["words"], postgresql_using="gin")
    op.drop_index("ix_proposal_call_status", table_name="proposal")
    op.create_index("ix_proposal_call_status", "proposal", ["call_id", "status", "organisation_id"])
    op.create_index("ix_proposal_call_reference", "proposal", ["call_id", "reference"])
    _fill(op.get_bind())


def downgrade() -> None:
    """Go back."""
    op.drop_index("ix_proposal_call_reference", table_name="proposal")
    op.drop_index("ix_proposal_call_status", table_name="proposal")
    op.create_index("ix_proposal_call_status", "proposal", ["call_id", "status"])
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE proposal_text")
    op.drop_table("proposal_words")


def _fill(connection: sa.Connection) -> None:
    sqlite = connection.dialect.name == "sqlite"
    if sqlite:
        op.execute(
            "CREATE VIRTUAL TABLE proposal_text"
            " USING fts5(words, tokenize='unicode61 remove_diacritics 0')"
        )
    said = sa.text(
        "SELECT p.id, p.call_id, p.reference, p.title, o.name, coalesce(t.name, '')"
        " FROM proposal p JOIN organisation o ON o.id = p.organisation_id"
        " LEFT JOIN topic t ON t.id = p.topic_id ORDER BY p.id"
    )
    rows = [_row(row, sqlite) for row in connection.execute(said).all()]
    for start in range(0, len(rows), _AT_ONCE):
        batch = rows[start : start + _AT_ONCE]
        connection.execute(sa.text(_INSERT["sqlite" if sqlite else "postgresql"]), batch)
        if sqlite:
            text = "INSERT INTO proposal_text (rowid, words) VALUES (:proposal_id, :words)"
            connection.execute(sa.text(text), batch)


def _row(row: sa.Row[tuple[int, int, str, str, str, str]], sqlite: bool) -> dict[str, object]:
    number, call, reference, title, organisation, topic = row
    said = _words(f"{reference} {title} {organisation} {topic}")
    vector = " ".join(f"'{word}':{at}" for at, word in enumerate(said, 1))
    return {
        "proposal_id": number,
        "call_id": call,
        "title_key": _folded(title)[:120],
        "organisation_key": _folded(organisation)[:120],
        "words": " ".join(said) if sqlite else vector,
    }


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold().replace("ł", "l").replace("ø", "o"))
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def _words(text: str) -> list[str]:
    found = []
    for run in (part for it in _RUN.findall(_folded(text)) for part in _PARTS.findall(it)):
        pairs = [run[at : at + 2] for at in range(len(run))]
        found += pairs if _IS_UNSPACED.match(run) else [run]
    return found

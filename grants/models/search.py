"""What proposals are found and ordered by, kept beside them by `grants.services.searching`."""

import sqlalchemy as sa
from sqlalchemy import ForeignKey, Index, event
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Mapped, mapped_column

from grants.kit.tables import Base

FULL_TEXT = "proposal_text"
"""SQLite's table for searching; PostgreSQL searches the column itself."""


class ProposalWords(Base):
    """What one proposal is found by (reference, title, organisation, topic), and keys to order."""

    __tablename__ = "proposal_words"
    __table_args__ = (
        Index("ix_proposal_words_title", "call_id", "title_key", "proposal_id"),
        Index("ix_proposal_words_organisation", "call_id", "organisation_key", "proposal_id"),
        Index("ix_proposal_words_words", "words", postgresql_using="gin"),
    )

    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"), primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id"))
    title_key: Mapped[str]
    organisation_key: Mapped[str]
    words: Mapped[str] = mapped_column(
        sa.Text().with_variant(postgresql.TSVECTOR(), "postgresql"), deferred=True
    )


SQLITE_FULL_TEXT = (
    f"CREATE VIRTUAL TABLE {FULL_TEXT} USING fts5(words, tokenize='unicode61 remove_diacritics 0')"
)
"""What a migration executes on SQLite after creating the table."""

event.listen(
    ProposalWords.__table__,
    "after_create",
    sa.DDL(SQLITE_FULL_TEXT).execute_if(dialect="sqlite"),  # type: ignore[no-untyped-call]
)
event.listen(
    ProposalWords.__table__,
    "before_drop",
    sa.DDL(f"DROP TABLE {FULL_TEXT}").execute_if(dialect="sqlite"),  # type: ignore[no-untyped-call]
)

"""Which mail has left, and which has not yet."""

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from grants.kit.database.tables import Base, Id


class SentMail(Base):
    """A letter that was sent, by its message identifier: never sent again."""

    __tablename__ = "sent_mail"

    id: Mapped[Id]
    message_id: Mapped[str] = mapped_column(unique=True)
    to: Mapped[str]
    subject: Mapped[str]
    at: Mapped[datetime]


class Trouble(StrEnum):
    """Why a letter has not left."""

    UNREACHABLE = "unreachable"
    """The mail server could not be reached, or asked for patience."""
    REFUSED = "refused"
    """The mail server does not take it: nobody has this address, or the letter is not wanted."""
    UNREADABLE = "unreadable"
    """The letter cannot be written: its file is gone, or the portal's secret was changed."""


class WaitingMail(Base):
    """A letter that has not left. It goes when it is sent; until then it knows why it is here."""

    __tablename__ = "waiting_mail"
    __table_args__ = (
        sa.CheckConstraint("(since IS NULL) = (trouble IS NULL)", name="trouble_has_a_beginning"),
        sa.CheckConstraint(
            "failed_at IS NULL OR since IS NOT NULL", name="failed_after_a_beginning"
        ),
        sa.Index("ix_waiting_mail_fund_id_since", "fund_id", "since"),
    )

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(sa.String(40), unique=True)
    """What its message identifier begins with."""
    to: Mapped[str]
    to_name: Mapped[str] = mapped_column(default="")
    sender_name: Mapped[str] = mapped_column(default="", server_default="")
    reply_to: Mapped[str] = mapped_column(default="", server_default="")
    subject: Mapped[str]
    body: Mapped[str]
    """Sealed (see grants.kit.secrets.sealing): it may hold links that open accounts."""
    attachments: Mapped[list[dict[str, Any]]]
    fund_id: Mapped[int | None] = mapped_column(ForeignKey("fund.id"))
    call_id: Mapped[int | None] = mapped_column(ForeignKey("call.id"))
    proposal_id: Mapped[int | None] = mapped_column(ForeignKey("proposal.id"))
    """Whom it concerns beside its reader: whoever may not see that, is not told of the letter."""
    useful_until: Mapped[datetime | None]
    """When the links in it end."""
    attempts: Mapped[int] = mapped_column(default=0)
    since: Mapped[datetime | None]
    """When it was first tried in vain."""
    tried_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]
    """When the portal stopped trying."""
    trouble: Mapped[Trouble | None]
    last_error: Mapped[str] = mapped_column(default="")
    """The mail server's own words, for operators."""

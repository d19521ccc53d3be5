"""Which mail has left."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from grants.models.base import Base, Id


class SentMail(Base):
    """A letter that was sent, by its message identifier: never sent again."""

    __tablename__ = "sent_mail"

    id: Mapped[Id]
    message_id: Mapped[str] = mapped_column(unique=True)
    to: Mapped[str]
    subject: Mapped[str]
    at: Mapped[datetime]

"""Sending letters: a job for each, and a record of what has left."""

import hashlib
import secrets
from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from grants import db
from grants.jobs import Context, defer, task
from grants.mail.letters import Attachment, Letter, written
from grants.models.mail import SentMail


def post(session: Session, letter: Letter, *, key: str | None = None) -> str:
    """Have a letter sent once this transaction is committed; return its identifier.

    Letters with the same `key` (such as `receipt/IUC-2019-007/2`) are the same letter, and sent
    once at all times.
    """
    name = hashlib.sha256((key or secrets.token_hex(16)).encode()).hexdigest()[:40]
    files = [{"name": it.name, "type": it.type, "key": it.key} for it in letter.attachments]
    defer(
        session,
        "send_mail",
        key=f"send_mail/{name}",
        name=name,
        to=letter.to,
        to_name=letter.to_name,
        subject=letter.subject,
        body=letter.body,
        attachments=files,
    )
    return name


@task("send_mail", attempts=12)
def send_mail(
    context: Context,
    *,
    name: str,
    to: str,
    subject: str,
    body: str,
    to_name: str = "",
    attachments: Sequence[Mapping[str, str]] = (),
) -> None:
    """Send a letter unless it was sent before.

    A worker that dies between the server's yes and the record of it sends the letter again, with
    the same Message-ID, by which mail servers know it.
    """
    message_id = f"<{name}@{context.settings.hostname}>"
    with context.sessions() as session:
        if _was_sent(session, message_id):
            return
    letter = Letter(
        to=to,
        to_name=to_name,
        subject=subject,
        body=body,
        attachments=tuple(Attachment(**file) for file in attachments),
    )
    at = context.clock()
    message = written(letter, context.settings, context.storage, message_id=message_id, at=at)
    # Outside a transaction: a slow mail server must not keep others from writing.
    context.mailer.send(message)
    with db.writing(context.sessions) as session:
        if not _was_sent(session, message_id):
            session.add(SentMail(message_id=message_id, to=to, subject=subject, at=at))


def _was_sent(session: Session, message_id: str) -> bool:
    found = sa.select(SentMail.id).where(SentMail.message_id == message_id)
    return session.scalar(found) is not None

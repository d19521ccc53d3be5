"""Sending letters: each waits in a table until it has left, and is tried for days.

The job that sends one knows its name alone. What the letter says is sealed while it waits, since
it may hold links that open accounts.
"""

import hashlib
import secrets
import smtplib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

import sqlalchemy as sa
from sqlalchemy.orm import Session

from grants.kit import logs
from grants.kit.database import db
from grants.kit.jobs import Context, defer, task
from grants.kit.mail.letters import Attachment, BadLetter, Letter, written
from grants.kit.mail.models import SentMail, Trouble, WaitingMail
from grants.kit.mail.transports import Mailer
from grants.kit.secrets import sealing
from grants.rules.scope import NOWHERE, Scope

PATIENCE = timedelta(days=5)
"""For how long a letter is tried: over a long weekend without a mail server, and then some."""
LATE = 6
"""Attempts in vain, some six minutes, after which a letter counts as late."""


class Posting(Context, Protocol):
    """What carrying letters takes beside."""

    @property
    def mailer(self) -> Mailer:
        """What carries letters away."""
        ...


log = logs.get(__name__)


def post(
    session: Session,
    letter: Letter,
    *,
    key: str | None = None,
    about: Scope = NOWHERE,
    useful_until: datetime | None = None,
) -> str:
    """Have a letter sent once this transaction is committed; return its identifier.

    Letters with the same `key` (such as `receipt/IUC-2019-007/2`) are the same letter, and sent
    once at all times. What it is `about` is kept with it while it waits.
    """
    name = hashlib.sha256((key or secrets.token_hex(16)).encode()).hexdigest()[:40]
    if key is None or not _is_known(session, name):
        session.add(
            WaitingMail(
                name=name,
                to=letter.to,
                to_name=letter.to_name,
                sender_name=letter.sender_name,
                reply_to=letter.reply_to,
                subject=letter.subject,
                body=sealing.sealed(letter.body, session.info.get(sealing.SECRET, "")),
                attachments=[
                    {"name": it.name, "type": it.type, "key": it.key} for it in letter.attachments
                ],
                useful_until=useful_until,
                fund_id=about.fund_id,
                call_id=about.call_id,
                proposal_id=about.proposal_id,
            )
        )
        session.flush()
    send_soon(session, name)
    return name


def send_soon(session: Session, name: str) -> None:
    """Have a letter that waits tried once this transaction is committed."""
    defer(session, "post_letter", key=f"post_letter/{name}", name=name)


@task("post_letter", attempts=1_000)
def post_letter(context: Posting, *, name: str) -> None:
    """Send a letter that waits, unless it was sent before.

    A worker that dies between the server's yes and the record of it sends the letter again, with
    the same Message-ID, by which mail servers know it.
    """
    message_id = f"<{name}@{context.settings.hostname}>"
    with context.sessions() as session:
        waiting = session.scalar(sa.select(WaitingMail).where(WaitingMail.name == name))
        sent = _was_sent(session, message_id)
    if waiting is None or waiting.failed_at is not None:
        return
    at = context.clock()
    if not sent and not _is_over(waiting, at):
        try:
            _send(context, waiting, message_id, at)
        except Exception as problem:
            if _noted(context, waiting.id, problem, at):
                log.error("a letter was given up", letter=name)
                return
            raise
    with db.writing(context.sessions) as session:
        session.execute(sa.delete(WaitingMail).where(WaitingMail.id == waiting.id))


@task("send_mail", attempts=1_000)
def send_mail(
    context: Context,
    *,
    name: str,
    to: str,
    subject: str,
    body: str,
    to_name: str = "",
    attachments: Sequence[Mapping[str, str]] = (),
    given_up: bool = False,
) -> None:
    """Put a letter among those that wait: jobs asked for by earlier versions carry it whole.

    One that was `given_up` is not tried again until somebody says so.
    """
    at = context.clock() if given_up else None
    with db.writing(context.sessions) as session:
        if not _is_known(session, name):
            session.add(
                WaitingMail(
                    name=name,
                    to=to,
                    to_name=to_name,
                    subject=subject,
                    body=sealing.sealed(body, session.info.get(sealing.SECRET, "")),
                    attachments=[dict(it) for it in attachments],
                    since=at,
                    failed_at=at,
                    trouble=Trouble.UNREACHABLE if given_up else None,
                )
            )
            send_soon(session, name)


def retry(session: Session, waiting: WaitingMail) -> None:
    """Try a letter again, as patiently as a new one."""
    waiting.attempts, waiting.last_error = 0, ""
    waiting.since = waiting.tried_at = waiting.failed_at = waiting.trouble = None
    session.flush()
    send_soon(session, waiting.name)


def _send(context: Posting, waiting: WaitingMail, message_id: str, at: datetime) -> None:
    secret = context.sessions.kw["info"].get(sealing.SECRET, "")
    letter = Letter(
        to=waiting.to,
        to_name=waiting.to_name,
        sender_name=waiting.sender_name,
        reply_to=waiting.reply_to,
        subject=waiting.subject,
        body=sealing.opened(waiting.body, secret),
        attachments=tuple(Attachment(**file) for file in waiting.attachments),
    )
    message = written(letter, context.settings, context.storage, message_id=message_id, at=at)
    # Outside a transaction: a slow mail server must not keep others from writing.
    context.mailer.send(message)
    with db.writing(context.sessions) as session:
        if not _was_sent(session, message_id):
            session.add(
                SentMail(message_id=message_id, to=waiting.to, subject=waiting.subject, at=at)
            )


def _noted(context: Context, number: int, problem: Exception, at: datetime) -> bool:
    """Note why a letter did not leave; tell whether it is given up."""
    trouble = _trouble(problem)
    with db.writing(context.sessions) as session:
        waiting = session.get(WaitingMail, number)
        if waiting is None:
            return True
        waiting.attempts += 1
        waiting.since, waiting.tried_at = waiting.since or at, at
        waiting.trouble, waiting.last_error = trouble, f"{type(problem).__name__}: {problem}"[:500]
        if trouble is not Trouble.UNREACHABLE or at - waiting.since >= PATIENCE:
            waiting.failed_at = at
        return waiting.failed_at is not None


def _trouble(problem: Exception) -> Trouble:
    if isinstance(problem, smtplib.SMTPRecipientsRefused):
        codes = [code for code, _said in problem.recipients.values()]
        return Trouble.REFUSED if min(codes, default=0) >= 500 else Trouble.UNREACHABLE
    if isinstance(problem, smtplib.SMTPDataError):
        return Trouble.REFUSED if problem.smtp_code >= 500 else Trouble.UNREACHABLE
    if isinstance(problem, BadLetter | sealing.Unreadable | smtplib.SMTPNotSupportedError):
        return Trouble.UNREADABLE
    return Trouble.UNREACHABLE


def _is_over(waiting: WaitingMail, at: datetime) -> bool:
    """Return whether the links in it have ended: it would only mislead."""
    return waiting.useful_until is not None and at >= waiting.useful_until


def _is_known(session: Session, name: str) -> bool:
    """Return whether a letter of this name waits; whether it has left is asked when it is sent."""
    waits = sa.select(WaitingMail.id).where(WaitingMail.name == name)
    return session.scalar(waits) is not None


def _was_sent(session: Session, message_id: str) -> bool:
    found = sa.select(SentMail.id).where(SentMail.message_id == message_id)
    return session.scalar(found) is not None

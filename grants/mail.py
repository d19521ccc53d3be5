"""Mail: letters are jobs, and none is sent twice.

A letter's message identifier is fixed when it is asked for. What was sent is
recorded under it, so that a second run of the same job finds it done.
"""

import hashlib
import re
import secrets
import smtplib
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email import message_from_bytes, policy
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import parse_qs, unquote, urlsplit

import sqlalchemy as sa
from sqlalchemy.orm import Session

from grants import db
from grants.jobs import Context, defer, task
from grants.models.mail import SentMail
from grants.settings import BadSettings, Settings
from grants.storage import Storage

_CONTROL = re.compile(r"[\x00-\x1f\x7f\u0085\u2028\u2029]")


class BadLetter(ValueError):  # noqa: N818  -- it is the letter that is bad
    """A letter whose head would not be what it seems."""


@dataclass(frozen=True, kw_only=True)
class Attachment:
    """A file that goes with a letter: its name, its media type, and its key in the storage."""

    name: str
    type: str
    key: str


@dataclass(frozen=True, kw_only=True)
class Letter:
    """A letter to one person, in plain text."""

    to: str
    subject: str
    body: str
    to_name: str = ""
    attachments: tuple[Attachment, ...] = ()

    def __post_init__(self) -> None:
        names = [text for file in self.attachments for text in (file.name, file.type)]
        for text in (self.to, self.to_name, self.subject, *names):
            if _CONTROL.search(text):
                raise BadLetter("a line break or control character in a letter's head")
        name, address = parseaddr(self.to)
        if name or address != self.to or "@" not in address:
            raise BadLetter("a letter goes to one address")


class Mailer(Protocol):
    """What carries letters away."""

    def send(self, message: EmailMessage) -> None:
        """Hand a letter over. Raises OSError when it is not taken."""
        ...


@dataclass(frozen=True, kw_only=True)
class Outbox:
    """Keeps letters in memory, for tests."""

    messages: list[EmailMessage] = field(default_factory=list)

    def send(self, message: EmailMessage) -> None:
        """Keep a letter."""
        self.messages.append(message)


@dataclass(frozen=True, kw_only=True)
class Folder:
    """Writes letters to a folder, for development: they are read at /dev/mail."""

    path: Path

    def send(self, message: EmailMessage) -> None:
        """Write a letter under a name made of its identifier: a second time changes nothing."""
        self.path.mkdir(parents=True, exist_ok=True)
        name = hashlib.sha256(str(message["Message-ID"]).encode()).hexdigest()[:24]
        unfinished = self.path / f"{name}.{secrets.token_hex(4)}.part"
        unfinished.write_bytes(message.as_bytes(policy=policy.SMTP))
        unfinished.replace(self.path / f"{name}.eml")

    def letters(self) -> list["Kept"]:
        """List what was written, the newest first."""
        found = [Kept(name=path.stem, message=_read(path)) for path in self.path.glob("*.eml")]
        return sorted(found, key=lambda kept: (kept.at, kept.name), reverse=True)

    def letter(self, name: str) -> "Kept | None":
        """Find one of them by its name."""
        path = self.path / f"{name}.eml"
        if not re.fullmatch(r"[0-9a-f]{24}", name) or not path.exists():
            return None
        return Kept(name=name, message=_read(path))


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A letter in the development folder."""

    name: str
    message: EmailMessage

    @property
    def at(self) -> datetime:
        """When it was sent."""
        moment: datetime = self.message["Date"].datetime
        return moment

    @property
    def body(self) -> str:
        """Its text."""
        text = self.message.get_body(("plain",))
        return str(text.get_content()).replace("\r\n", "\n") if text else ""

    @property
    def files(self) -> list[tuple[str, str, bytes]]:
        """What goes with it: name, media type, content."""
        return [
            (part.get_filename() or "", part.get_content_type(), bytes(part.get_content()))
            for part in self.message.iter_attachments()
            if isinstance(part, EmailMessage)
        ]


@dataclass(frozen=True, kw_only=True)
class Smtp:
    """Sends letters through a mail server."""

    host: str
    port: int = 587
    user: str = ""
    password: str = field(default="", repr=False)
    starttls: bool = False

    def send(self, message: EmailMessage) -> None:
        """Hand a letter over. Raises OSError (smtplib's exceptions are) if it is not taken."""
        with smtplib.SMTP(self.host, self.port, timeout=30) as server:
            if self.starttls:
                server.starttls(context=ssl.create_default_context())
            if self.user:
                server.login(self.user, self.password)
            server.send_message(message)


def make_mailer(url: str) -> Mailer:
    """Make the mailer that a setting names.

    `folder:///var/mail`, `memory:`, or `smtp://user:password@host:587?starttls=yes`.
    """
    parts = urlsplit(url)
    if parts.scheme == "folder":
        return Folder(path=Path(unquote(parts.path)))
    if parts.scheme == "memory":
        return Outbox()
    if parts.scheme == "smtp" and parts.hostname:
        return Smtp(
            host=parts.hostname,
            port=parts.port or 587,
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            starttls=parse_qs(parts.query).get("starttls") == ["yes"],
        )
    raise BadSettings("mail.url must begin with smtp:// or folder://")


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


def written(
    letter: Letter, settings: Settings, storage: Storage, *, message_id: str, at: datetime
) -> EmailMessage:
    """Put a letter in the form in which it travels."""
    message = EmailMessage(policy=policy.SMTP)
    message["From"] = settings.mail_sender
    message["To"] = _address(letter)
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(at)
    message["Message-ID"] = message_id
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.body)
    for file in letter.attachments:
        kind, _, subkind = file.type.partition("/")
        content = storage.get(file.key)
        message.add_attachment(content, maintype=kind, subtype=subkind, filename=file.name)
    return message


def _address(letter: Letter) -> Address:
    try:
        return Address(letter.to_name, addr_spec=letter.to)
    except (MessageError, ValueError, IndexError):
        raise BadLetter("a letter goes to one address") from None


def _was_sent(session: Session, message_id: str) -> bool:
    found = sa.select(SentMail.id).where(SentMail.message_id == message_id)
    return session.scalar(found) is not None


def _read(path: Path) -> EmailMessage:
    message: Any = message_from_bytes(path.read_bytes(), policy=policy.default)
    return message  # type: ignore[no-any-return]

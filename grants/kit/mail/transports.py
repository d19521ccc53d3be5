"""What carries letters away: a mail server, a folder, or memory."""

import hashlib
import re
import secrets
import smtplib
import ssl
from dataclasses import dataclass, field
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import parse_qs, unquote, urlsplit

from grants.kit.settings import BadSettings


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


def _read(path: Path) -> EmailMessage:
    message: Any = message_from_bytes(path.read_bytes(), policy=policy.default)
    return message  # type: ignore[no-any-return]

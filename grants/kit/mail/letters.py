"""Letters: what is said to whom, and the form in which it travels."""

import re
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr

from grants.kit.settings import Settings
from grants.kit.storage import Storage

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

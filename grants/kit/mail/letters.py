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
    sender_name: str = ""
    """Who writes, beside the portal's own address; empty: as the settings say."""
    reply_to: str = ""
    """Where answers go; empty: to the sender's address."""
    attachments: tuple[Attachment, ...] = ()

    def __post_init__(self) -> None:
        names = [text for file in self.attachments for text in (file.name, file.type)]
        for text in (self.to, self.to_name, self.subject, self.sender_name, *names):
            if _CONTROL.search(text):
                raise BadLetter("a line break or control character in a letter's head")
        for address in (self.to, *filter(None, [self.reply_to])):
            if parseaddr(address) != ("", address) or "@" not in address:
                raise BadLetter("a letter goes to one address, and so do answers")


def written(
    letter: Letter, settings: Settings, storage: Storage, *, message_id: str, at: datetime
) -> EmailMessage:
    """Put a letter in the form in which it travels."""
    message = EmailMessage(policy=policy.SMTP)
    message["From"] = _sender(letter, settings.mail_sender)
    message["To"] = _address(letter.to_name, letter.to)
    if letter.reply_to:
        message["Reply-To"] = letter.reply_to
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


def _sender(letter: Letter, own: str) -> Address | str:
    """Name the fund that writes; the address stays the portal's, which its mail server vouches."""
    return _address(letter.sender_name, parseaddr(own)[1]) if letter.sender_name else own


def _address(name: str, address: str) -> Address:
    try:
        return Address(name, addr_spec=address)
    except (MessageError, ValueError, IndexError):
        raise BadLetter("a letter goes to one address") from None

"""What a portal in production must not have: secrets to be guessed, letters that go nowhere."""

import re
import zlib
from collections.abc import Iterator
from email.utils import parseaddr
from itertools import pairwise
from urllib.parse import SplitResult, parse_qs, urlsplit

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from grants.accounts.models import Person
from grants.kit.settings import BadSettings, Settings
from grants.rules.addresses import mailable

_SHORTEST = 32
_FEWEST = 10
"""Different signs that a secret of 32 random ones has, were it of hexadecimal digits alone."""
_WORDS = re.compile(
    r"development|change|secret|passwor[dt]|example|default|tests?-only|random|letmein|qwert|asdf"
    r"|0123456|1234567|abcdef",
    re.IGNORECASE,
)
_HOST = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*", re.I)
_OWN = ("localhost", "127.0.0.1", "[::1]", "::1")


def require_safe(settings: Settings, session: Session) -> None:
    """Refuse to start in production with what belongs to development. Raises BadSettings."""
    if settings.development:
        return
    for fault in _faults(settings):
        raise BadSettings(fault)
    try:
        found = session.scalar(select(Person.id).where(Person.is_demonstration).limit(1))
    except SQLAlchemyError as problem:
        raise BadSettings(f"The database cannot be read: {problem.args[0]}") from problem
    if found is not None:
        raise BadSettings("The database holds demonstration accounts, whose password is known.")


def is_guessable(secret: str) -> bool:
    """Return whether a secret is short, a word, or the same few signs again and again."""
    plain = secret.strip()
    packed = len(zlib.compress(plain.encode(), 9)) - len(zlib.compress(b"", 9))
    return (
        len(plain) < _SHORTEST
        or len(set(plain)) < _FEWEST
        or bool(_WORDS.search(plain))
        or plain in (plain + plain)[1:-1]  # the same part again and again
        or sum(abs(ord(a) - ord(b)) == 1 for a, b in pairwise(plain)) > len(plain) / 2
        # What compresses well repeats itself; 64 hexadecimal digits still take more than half.
        or packed < len(plain) * 0.55
    )


def _faults(settings: Settings) -> Iterator[str]:
    """Name what is wrong, each by its setting and with what to do."""
    if is_guessable(settings.raw.get("session.secret", "")):
        yield (
            "session.secret can be guessed, is development's, or too short: set one of at least 32"
            " random signs (openssl rand -hex 32)."
        )
    if settings.proxy_key and is_guessable(settings.proxy_key):
        yield "proxy.key can be guessed: set at least 32 random signs (openssl rand -hex 32)."
    if settings.proxy_key and settings.proxy_key == settings.raw.get("session.secret"):
        yield "proxy.key and session.secret must differ: the proxy is told only the first."
    for check in (_portal, _sender, _mail, _storage, _clamd):
        yield from check(settings)


def _portal(settings: Settings) -> Iterator[str]:
    parts = _parts(settings.portal_url)
    host = parts.hostname if parts else None
    if parts is None or parts.scheme not in ("http", "https") or not _is_host(host):
        yield f"portal.url is no web address: {settings.portal_url!r}"
    elif parts.path or parts.query or parts.fragment or "@" in parts.netloc:
        yield "portal.url is the portal's address alone, such as https://grants.example.org"
    elif parts.scheme == "http" and host not in _OWN:
        yield "portal.url must begin with https://: links and sessions must not be overheard"


def _sender(settings: Settings) -> Iterator[str]:
    _name, address = parseaddr(settings.mail_sender)
    # This machine's own mail server will do.
    if not mailable(
        address.removesuffix("@localhost") + "@localhost.localdomain"
        if address.endswith("@localhost")
        else address
    ):
        yield f"mail.sender is no e-mail address: {settings.mail_sender!r}"


def _mail(settings: Settings) -> Iterator[str]:
    parts = _parts(settings.mail_url)
    if parts is None or parts.scheme != "smtp" or not parts.hostname:
        yield (
            "mail.url must be smtp://user:password@host:587?starttls=yes: in production letters"
            " have to leave this machine"
        )
        return
    unknown = set(parse_qs(parts.query, keep_blank_values=True)) - {"starttls"}
    starttls = parse_qs(parts.query).get("starttls", ["no"])
    if unknown or starttls not in (["yes"], ["no"]):
        yield "mail.url may say ?starttls=yes or ?starttls=no, and nothing else"
    elif parts.password and starttls != ["yes"] and parts.hostname not in _OWN:
        yield "mail.url sends a password in clear: add ?starttls=yes"


def _storage(settings: Settings) -> Iterator[str]:
    if not settings.storage_url.startswith(("file:///", "s3://")):
        yield "storage.url must begin with file:/// or s3://: in memory files would be lost"


def _clamd(settings: Settings) -> Iterator[str]:
    host, colon, port = settings.clamd.rpartition(":")
    if settings.clamd and not (colon and host and port.isascii() and port.isdecimal()):
        yield f"scan.clamd must be host:port, such as localhost:3310, not {settings.clamd!r}"


def _parts(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        _ = parts.port  # raises where it is no number
    except ValueError:
        return None
    return parts


def _is_host(host: str | None) -> bool:
    return bool(host) and (host in _OWN or bool(_HOST.fullmatch(host or "")))

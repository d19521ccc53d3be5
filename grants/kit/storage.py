"""Files' bytes: in a local folder or in any S3 store, by one URL.

What a file is called, its kind and size are kept in the database. A key is
random and never used twice, so nothing stored is ever overwritten.
"""

import hashlib
import re
import secrets
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO
from urllib.parse import parse_qs, unquote, urlsplit

import obstore
from obstore.exceptions import BaseError
from obstore.store import LocalStore, MemoryStore, S3Store

from grants.kit.settings import BadSettings
from grants.rules.errors import Refused
from grants.rules.words import N_

if TYPE_CHECKING:
    from obstore.store import S3Config  # known to type checkers alone

PART = 5 * 1024 * 1024
"""How much is held in memory at a time; S3 takes no smaller parts."""

_KEY = re.compile(r"([0-9a-f]{2})/\1[0-9a-f]{30}", re.ASCII)

Store = LocalStore | MemoryStore | S3Store


class NotStored(Exception):  # noqa: N818  -- a finding
    """There is nothing under this key."""


class FileChanged(Refused):
    """What is stored is not what was stored: somebody changed it behind the portal's back."""


@dataclass(frozen=True, kw_only=True)
class Stored:
    """What was stored, and where."""

    key: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Storage:
    """Keeps files' bytes under random keys."""

    store: Store

    def put(self, content: bytes | BinaryIO) -> Stored:
        """Store bytes or an open file, read from where it stands, a part at a time."""
        key = _new_key()
        if isinstance(content, bytes):
            obstore.put(self.store, key, content, mode="create")
            return Stored(key=key, size=len(content), sha256=hashlib.sha256(content).hexdigest())
        measured = _Measured(content)
        obstore.put(self.store, key, iter(measured), chunk_size=PART, max_concurrency=2)
        return Stored(key=key, size=measured.size, sha256=measured.digest.hexdigest())

    def open(self, key: str) -> Iterator[bytes]:
        """Read a file a part at a time. Raises NotStored at once, not at the first part."""
        try:
            found = obstore.get(self.store, key)
        except FileNotFoundError:
            raise NotStored(key) from None
        return (bytes(part) for part in found.stream(min_chunk_size=256 * 1024))

    def get(self, key: str) -> bytes:
        """Read a whole file. Raises NotStored."""
        return b"".join(self.open(key))

    def require_unchanged(self, key: str, sha256: str) -> None:
        """Read a file through. Raises FileChanged if its bytes have another hash, NotStored."""
        digest = hashlib.sha256()
        for part in self.open(key):
            digest.update(part)
        if digest.hexdigest() != sha256:
            raise FileChanged(
                N_(
                    "This file is not the one that was uploaded: it was changed in storage and"
                    " is not shown. Please inform the fund."
                )
            )

    def checked(self, key: str, sha256: str) -> bytes:
        """Read a whole file. Raises FileChanged if its bytes have another hash, NotStored."""
        self.require_unchanged(key, sha256)
        return self.get(key)

    def delete(self, key: str) -> None:
        """Remove a file; one that is not there is fine."""
        try:
            obstore.delete(self.store, key)
        except FileNotFoundError:
            return

    def all_keys(self) -> list[str]:
        """List the keys of all files."""
        return [key for key, _since in self._listed()]

    def older_than(self, moment: datetime) -> list[str]:
        """List the keys of files stored before a moment."""
        return [key for key, since in self._listed() if since < moment]

    def copy(self, key: str, to: "Storage") -> None:
        """Copy a file to another storage, under the same key. Raises NotStored."""
        # One store cannot be read while another one is written by the same thread.
        with tempfile.SpooledTemporaryFile(max_size=PART) as between:
            for part in self.open(key):
                between.write(part)
            between.seek(0)
            obstore.put(to.store, key, between, chunk_size=PART, max_concurrency=2)

    def _listed(self) -> Iterator[tuple[str, datetime]]:
        for part in obstore.list(self.store, chunk_size=1000):
            for it in part:
                if _KEY.fullmatch(str(it["path"])):
                    yield str(it["path"]), it["last_modified"]

    def healthy(self) -> bool:
        """Return whether the store answers and takes bytes."""
        key = f"health/{secrets.token_hex(8)}"
        try:
            obstore.put(self.store, key, b"ok")
            answer = bytes(obstore.get(self.store, key).bytes())
            obstore.delete(self.store, key)
        except (BaseError, OSError):
            return False
        return answer == b"ok"


class _Measured:
    """Reads a file a part at a time and measures what went through."""

    def __init__(self, source: BinaryIO) -> None:
        self.source = source
        self.size = 0
        self.digest = hashlib.sha256()

    def __iter__(self) -> Iterator[bytes]:
        while part := self.source.read(PART):
            self.size += len(part)
            self.digest.update(part)
            yield part


def make_storage(url: str) -> Storage:
    """Make the storage that a setting names.

    `file:///var/lib/grants/files`, `memory:` (tests), or `s3://bucket/prefix` with
    `?endpoint=http://...&region=...&key_id=...&secret=...&patience=20` (seconds); what is left out
    comes from the usual AWS_... variables of the environment.
    """
    parts = urlsplit(url)
    if parts.scheme == "file":
        folder = Path(unquote(parts.path))
        folder.mkdir(parents=True, exist_ok=True)
        return Storage(LocalStore(folder, automatic_cleanup=True))
    if parts.scheme == "memory":
        return Storage(MemoryStore())
    if parts.scheme == "s3":
        options = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        return Storage(_s3(parts.netloc, parts.path.strip("/"), **options))
    raise BadSettings("storage.url must begin with file:// or s3://")


def _s3(
    bucket: str,
    prefix: str,
    *,
    endpoint: str | None = None,
    region: str = "us-east-1",
    key_id: str | None = None,
    secret: str | None = None,
    patience: str = "20",
) -> S3Store:
    config: S3Config = {"region": region}
    if endpoint:
        config["endpoint"] = endpoint
    if key_id and secret:
        config |= {"access_key_id": key_id, "secret_access_key": secret}
    return S3Store(
        bucket,
        prefix=prefix or None,
        config=config,
        client_options={
            "allow_http": bool(endpoint and endpoint.startswith("http://")),
            "timeout": timedelta(seconds=60),
        },
        # A store that is down must not hold a request for minutes.
        retry_config={"max_retries": 3, "retry_timeout": timedelta(seconds=int(patience))},
    )


def _new_key() -> str:
    name = secrets.token_hex(16)
    return f"{name[:2]}/{name}"

"""Viruses: files are scanned by ClamAV when there is one, and never called clean otherwise."""

import socket
import struct
from collections.abc import Iterator
from enum import StrEnum
from typing import BinaryIO

from grants.rules.errors import WrongFile
from grants.rules.words import N_

PART = 64 * 1024
_PATIENCE = 30.0

# The harmless test file that every scanner reports, in two halves so that none reports this one.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


class ScannerFailed(Exception):  # noqa: N818  -- a finding
    """The scanner gave no verdict: it is down, or would not read so large a file."""


class Scan(StrEnum):
    """What the virus scanner said. Unscanned is never shown as clean."""

    UNSCANNED = "unscanned"
    CLEAN = "clean"


def scan(file: BinaryIO, *, name: str, clamd: str = "") -> Scan:
    """Look for viruses from the start of a file, and leave it there.

    `clamd` is a daemon's `host:port`; without it the answer is UNSCANNED, unless it is the
    test file. Raises WrongFile for an infected one and ScannerFailed without a verdict.
    """
    found = _is_eicar(file)
    verdict = Scan.UNSCANNED
    if clamd and not found:
        answer = _ask(clamd, _parts(file))
        found, verdict = _understood(answer), Scan.CLEAN
    file.seek(0)
    if found:
        raise WrongFile(
            N_("{name} contains a virus, so we did not keep it. Please check your computer."),
            name=name,
        )
    return verdict


def _is_eicar(file: BinaryIO) -> bool:
    file.seek(0)
    return file.read(len(EICAR)) == EICAR


def _parts(file: BinaryIO) -> Iterator[bytes]:
    file.seek(0)
    while part := file.read(PART):
        yield part


def _understood(answer: str) -> bool:
    """Tell whether a virus was found. "Size limit exceeded" is not clean, nor is anything else."""
    if answer.endswith(" FOUND"):
        return True
    if answer == "stream: OK":
        return False
    raise ScannerFailed(answer or "no answer")


def _ask(clamd: str, parts: Iterator[bytes]) -> str:
    """Send a file by clamd's INSTREAM: each part after its length, and a length of 0 at the end."""
    host, _, port = clamd.rpartition(":")
    try:
        with socket.create_connection((host, int(port)), timeout=_PATIENCE) as link:
            _send(link, parts)
            return _answer(link)
    except OSError as problem:
        raise ScannerFailed(str(problem)) from problem


def _send(link: socket.socket, parts: Iterator[bytes]) -> None:
    try:
        link.sendall(b"zINSTREAM\0")
        for part in parts:
            link.sendall(struct.pack("!I", len(part)) + part)
        link.sendall(struct.pack("!I", 0))
    except (BrokenPipeError, ConnectionResetError):
        return  # it has seen enough: its answer says why


def _answer(link: socket.socket) -> str:
    answer = b""
    while not answer.endswith(b"\0") and (part := link.recv(4096)):
        answer += part
    return answer.rstrip(b"\0\n").decode("utf-8", "replace")

"""Logs: one event a line, with the request it belongs to; JSON for machines, colour for people.

The standard library's loggers go the same way. What people typed, and what is
secret, does not belong in a log: values under such names are left out, and so are the tokens in
addresses, each of which lets in whoever reads it.
"""

import logging
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal, TextIO

import structlog
from structlog.typing import EventDict, Processor

_SECRET = re.compile(
    r"password|secret|token|cookie|authorization|email|address|recipient|name$|phone|body", re.I
)
_HARMLESS = frozenset({"logger_name", "task_name"})
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")
_CREDENTIALS = re.compile(r"(?<=://)[^/@\s]+@")
# 256 bits as `grants.kit.secrets.tokens` writes them, in an address or escaped in a query.
_TOKEN = re.compile(r"(?:(?<![\w-])|(?<=%2F)|(?<=%3D))[\w-]{43}(?![\w-])", re.ASCII)
_TAKEN_OVER = ("gunicorn.error", "gunicorn.access", "waitress", "waitress.queue")
_PLACE = re.compile(r"\{\w+(?::(?:[^{}]|\{[^}]*\})*)?\}")
_paths: dict[str, re.Pattern[str]] = {}


def configure(style: Literal["json", "console"], *, stream: TextIO | None = None) -> None:
    """Send all logs of the process to one stream (standard error), in one shape."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(_formatter(style, shared))
    handler.addFilter(_without_arguments)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    for name in _TAKEN_OVER:
        taken = logging.getLogger(name)
        taken.handlers[:], taken.propagate = [], True


def leave_to_others() -> None:
    """Hand what is logged to the standard library: until `configure`, nothing goes to the terminal.

    What a command prints is for whoever called it.
    """
    structlog.configure(
        processors=[
            structlog.processors.format_exc_info,
            structlog.processors.KeyValueRenderer(key_order=["event"]),
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


def hide_tokens(pattern: str) -> None:
    """Leave out the `{token}` of such addresses: `/proposals/{reference}/file/{token}`.

    Short ones cannot be told from words but by their place.
    """
    before = pattern.partition("{token}")[0]
    parts = [re.escape(part) for part in _PLACE.split(before)]
    _paths[pattern] = re.compile("(" + r"[^/\s]+".join(parts) + r")[\w-]{12,}", re.ASCII)


def request_id() -> str | None:
    """Name the request to which what happens now belongs, if any."""
    found = structlog.contextvars.get_contextvars().get("request_id")
    return str(found) if found else None


def get(name: str) -> structlog.stdlib.BoundLogger:
    """Get the logger of a module: `log.info("submitted", reference=...)`."""
    return structlog.stdlib.get_logger(name)


@contextmanager
def about(**values: Any) -> Iterator[None]:
    """Say of every line logged inside what it belongs to: `about(request_id=...)`."""
    with structlog.contextvars.bound_contextvars(**values):
        yield


def _formatter(style: str, shared: list[Processor]) -> logging.Formatter:
    renderer: Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if style == "json"
        else structlog.dev.ConsoleRenderer(colors=False)
    )
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            _discreet,
            renderer,
        ],
    )


def _without_arguments(record: logging.LogRecord) -> bool:
    """Say which job a line is about, and not what it was told: procrastinate writes out letters."""
    job = getattr(record, "job", None)
    if isinstance(job, dict) and "call_string" in job:
        said = f"{job['task_name']}[{job['id']}]"
        record.msg, record.args = record.getMessage().replace(job["call_string"], said), ()
    return True


def _discreet(_logger: object, _method: str, event: EventDict) -> EventDict:
    """Leave out secrets and what would name a person."""
    for key, value in event.items():
        if _SECRET.search(key) and key not in _HARMLESS:
            event[key] = "(left out)"
        elif isinstance(value, str):
            event[key] = _without_secrets(value)
    return event


def _without_secrets(text: str) -> str:
    text = _EMAIL.sub("(e-mail)", _CREDENTIALS.sub("(credentials)@", text))
    for pattern in _paths.values():
        text = pattern.sub(r"\1(token)", text)
    return _TOKEN.sub("(token)", text)


leave_to_others()

"""Logs: one event a line, with the request it belongs to; JSON for machines, colour for people.

The standard library's loggers go the same way. What people typed, and what is
secret, does not belong in a log: values under such names are left out.
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
            event[key] = _EMAIL.sub("(e-mail)", _CREDENTIALS.sub("(credentials)@", value))
    return event

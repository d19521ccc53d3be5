"""What a request costs: time on the clock and on the processor, queries, bytes."""

import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa


@dataclass(frozen=True)
class Cost:
    """What one request cost."""

    status: int
    wall_ms: float
    cpu_ms: float
    queries: int
    bytes: int
    rows: int = 0
    """Of tables, or lines of a file for spreadsheets: what it shows."""


@dataclass(frozen=True)
class Costs:
    """What many requests to one page cost."""

    each: Sequence[Cost]
    floor_ms: float
    """What a plain list of 60 took of the processor between these requests."""

    @property
    def plain_lists(self) -> float:
        """Say the processor's time as a multiple of the floor, which was measured beside it."""
        return self.cpu_ms / self.floor_ms

    @property
    def p50_ms(self) -> float:
        """Half of the requests were answered within it."""
        return statistics.median(cost.wall_ms for cost in self.each)

    @property
    def p95_ms(self) -> float:
        """All but one in twenty were answered within it."""
        ordered = sorted(cost.wall_ms for cost in self.each)
        return ordered[min(len(ordered) - 1, round(0.95 * len(ordered)))]

    @property
    def cpu_ms(self) -> float:
        """Half of the requests took no more of the processor."""
        return statistics.median(cost.cpu_ms for cost in self.each)

    @property
    def queries(self) -> int:
        """The most that one of them asked."""
        return max(cost.queries for cost in self.each)

    @property
    def rows(self) -> int:
        """The rows that most answers show."""
        return int(statistics.median(cost.rows for cost in self.each))

    @property
    def bytes(self) -> int:
        """The size of most answers."""
        return int(statistics.median(cost.bytes for cost in self.each))


@dataclass
class Metered:
    """A WSGI application that notes what each request costs, and nothing of the tests around it.

    The processor's time is that of this process: SQLite's work is in it, a PostgreSQL server's not.
    """

    app: Callable[..., Any]
    engine: sa.Engine
    costs: list[Cost] = field(default_factory=list)

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        """Answer, and note the cost."""
        statuses: list[str] = []

        def begin(status: str, headers: Any, exc_info: Any = None) -> Any:
            statuses.append(status)
            return start_response(status, headers, exc_info)

        with counted(self.engine) as asked:
            wall, cpu = time.perf_counter(), time.process_time()
            answer = self.app(environ, begin)
            body = list(answer)
            if hasattr(answer, "close"):
                answer.close()
            cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
        whole = b"".join(body)
        status = int(statuses[-1].split()[0])
        size, rows = len(whole), _rows(whole)
        self.costs.append(Cost(status, wall * 1000, cpu * 1000, len(asked), size, rows))
        return body


def _rows(body: bytes) -> int:
    """Count what an answer shows: rows of tables, or lines of a file."""
    if body.startswith(b"\xef\xbb\xbf"):
        return body.count(b"\n")
    return body.count(b"<tr")


@contextmanager
def counted(engine: sa.Engine) -> Iterator[list[str]]:
    """Collect the statements that the database is asked."""
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(("BEGIN", "SAVEPOINT", "RELEASE")):
            asked.append(statement)

    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)

"""What a page asks of the database, and what it answers."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa


@contextmanager
def statements(engine: sa.Engine) -> Iterator[list[str]]:
    """Write down every statement, without its values."""
    heard: list[str] = []

    def hear(_connection, _cursor, statement, *_rest):
        heard.append(" ".join(statement.split()))

    sa.event.listen(engine, "before_cursor_execute", hear)
    try:
        yield heard
    finally:
        sa.event.remove(engine, "before_cursor_execute", hear)


def words(page) -> str:
    """Read a page without its frame, its addresses and its tokens."""
    return page.html.main.get_text(" ", strip=True)

"""Lists that are shown page by page: how long a page is, and which there are."""

from typing import TypeVarTuple

from sqlalchemy import Select

PAGE = 60
"""Rows of a page, on every list."""

Ts = TypeVarTuple("Ts")


def pages(count: int, size: int = PAGE) -> int:
    """Return how many pages so many rows fill; an empty list has one."""
    return max(1, -(-count // size))


def within(number: int, count: int, size: int = PAGE) -> int:
    """Return the page that is asked for, counted from 1, or the nearest that there is."""
    return min(max(1, number), pages(count, size))


def start(number: int, size: int = PAGE) -> int:
    """Return how many rows stand before a page."""
    return (max(1, number) - 1) * size


def cut(query: Select[*Ts], number: int, size: int = PAGE, *, more: int = 0) -> Select[*Ts]:
    """Cut one page out of an ordered query; `more` rows of the next tell whether there is one."""
    return query.limit(size + more).offset(start(number, size))

"""Inputs inside a larger answer: the columns of rows, the parts of a group."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import colander

from schemas.forms.rendering import messages, target


@dataclass
class Cell:
    """One input inside a larger answer, with what templates and widgets ask of a deform field."""

    oid: str
    name: str
    title: str
    required: bool
    widget: Any
    renderer: Any
    cstruct: Any
    error: Any = None
    description: str = ""

    def html(self) -> Any:
        """Render the input."""
        return self.widget.serialize(self, self.cstruct)


def cell(part: Any, *, oid: str, cstruct: Any, error: Any) -> Cell:
    """Make a cell of a deform field that stands for a column or a part."""
    return Cell(
        oid=f"{oid}-{part.name}",
        name=part.name,
        title=part.title,
        required=part.required,
        widget=part.widget,
        renderer=part.renderer,
        cstruct=(cstruct or {}).get(part.name, colander.null),
        error=error,
    )


def child_error(error: Any, position: int) -> Any:
    """Find what is wrong with one of the things inside, by its place."""
    if error is None:
        return None
    return next((child for child in error.children if child.pos == position), None)


def cells(parts: list[Any], *, oid: str, cstruct: Any, error: Any) -> list[Cell]:
    """Make the cells of a row or a group."""
    return [
        cell(part, oid=oid, cstruct=cstruct, error=child_error(error, position))
        for position, part in enumerate(parts)
    ]


def cell_entries(made: list[Cell]) -> Iterator[tuple[str, Any, Any]]:
    """List what is wrong with cells, for the error summary."""
    for one in made:
        for message in messages(one):
            yield target(one), one.title, message

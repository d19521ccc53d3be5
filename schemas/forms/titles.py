"""What the portal's own forms ask, by the names inside them: for words that were kept."""

import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from functools import cache

import colander

import schemas
from schemas.forms.base import FormSchema


@cache
def all_titles() -> Mapping[str, str]:
    """Return the titles of all fields of all fixed forms; none where two forms differ on a name."""
    for module in pkgutil.walk_packages(schemas.__path__, "schemas."):
        importlib.import_module(module.name)
    found: dict[str, set[str]] = {}
    for form in _below(FormSchema):
        for node in _nodes(form()):
            found.setdefault(node.name, set()).add(node.title)
    return {name: next(iter(titles)) for name, titles in found.items() if len(titles) == 1}


def _below(kind: type[colander.SchemaNode]) -> Iterator[type[colander.SchemaNode]]:
    for form in kind.__subclasses__():
        yield form
        yield from _below(form)


def _nodes(node: colander.SchemaNode) -> Iterator[colander.SchemaNode]:
    for child in node.children:
        if child.title:
            yield child
        yield from _nodes(child)

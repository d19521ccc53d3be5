"""What stands beside what somebody typed: the answers of a form that differ, in words."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import colander
from deform.widget import CheckboxWidget, HiddenWidget

from schemas.forms.base import _

Say = Callable[[Any], str]
"""Says a title or a choice in the reader's language."""


@dataclass(frozen=True)
class ShownDifference:
    """One answer: its label, what stands now and what was typed, each as people read it."""

    label: str
    standing: str
    typed: str


@dataclass(frozen=True)
class Clash:
    """What a form shows when somebody else was faster."""

    happened: str
    compared: bool
    """Whether the form shows anything of what stands, so that the two can be compared."""
    differences: tuple[ShownDifference, ...] = ()


def differences(
    schema: colander.SchemaNode, standing: Mapping[str, Any], typed: Any, say: Say
) -> tuple[ShownDifference, ...]:
    """List the answers in which what was typed differs from what stands.

    `standing` is what the form shows, `typed` what was read of its inputs; what nothing stands
    of, such as the reason for a change, is not compared. Amounts and numbers are compared by
    what they are, not by how they are written.
    """
    now = schema.serialize(standing)
    known = {name: now[name] for name in standing if name in now}
    return tuple(_differing(schema, known, typed, say, ()))


def _differing(
    node: colander.SchemaNode, standing: Any, typed: Any, say: Say, within: tuple[str, ...]
) -> Iterator[ShownDifference]:
    for child in node.children:
        if isinstance(child.widget, HiddenWidget) or child.name not in standing:
            continue
        now, then = _inside(standing, child.name), _canonical(child, _inside(typed, child.name))
        label = (*within, say(child.title)) if child.title else within
        if isinstance(child.typ, colander.Mapping):
            yield from _differing(child, now or {}, then, say, label)
            continue
        texts = _text(child, now, say), _text(child, then, say)
        if texts[0].split() != texts[1].split():
            yield ShownDifference(", ".join(label), *texts)


def _inside(given: Any, name: str) -> Any:
    return given.get(name, colander.null) if isinstance(given, Mapping) else colander.null


def _canonical(node: colander.SchemaNode, typed: Any) -> Any:
    """Write an answer as the form would show it; one that cannot be read stays as typed."""
    try:
        return node.serialize(node.deserialize(typed))
    except colander.Invalid:
        return typed


def _text(node: colander.SchemaNode, given: Any, say: Say) -> str:
    if given is colander.null or given is None:
        return ""
    if isinstance(node.widget, CheckboxWidget):
        return say(_("Yes")) if given in (True, "true", node.widget.true_val) else say(_("No"))
    if isinstance(node.typ, colander.Sequence):
        return "\n".join(_row(node.children[0], row, say) for row in given)
    if isinstance(given, list | tuple | set | frozenset):
        return ", ".join(sorted(_choice(node, one, say) for one in given))
    return _choice(node, given, say)


def _row(node: colander.SchemaNode, row: Any, say: Say) -> str:
    if not isinstance(node.typ, colander.Mapping):
        return _text(node, row, say)
    texts = (_text(child, _inside(row, child.name), say) for child in node.children)
    return "; ".join(text for text in texts if text)


def _choice(node: colander.SchemaNode, given: Any, say: Say) -> str:
    values: Iterable[tuple[Any, Any]] = getattr(node.widget, "values", None) or ()
    for value, title in values:
        if str(value) == str(given):
            return say(title) if given != "" else ""
    return str(given)

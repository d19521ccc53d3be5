"""What a fund manager says to all items of the formal check: one table, saved at once."""

import hashlib
import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import colander
from deform.widget import HiddenWidget, MappingWidget, SelectWidget, TextAreaWidget

from grants.evaluation.queries.computed_items import ComputedItem
from grants.evaluation.service.checks import WHY_MET, CheckAnswered, Item, departs
from schemas.forms.base import FormSchema, _, stripped

LONGEST = 2000

OPEN, YES, NO = "open", "yes", "no"
_MET = {OPEN: None, YES: True, NO: False}
_WORDS = {met: word for word, met in _MET.items()}

PARTS = ("met", "evidence", "reason")


@dataclass(frozen=True, kw_only=True)
class CheckRow:
    """What a row of the table shows beside its inputs."""

    code: str
    text: str
    above: str
    below: str = ""


def check_form(items: Sequence[Item], rows: Sequence[CheckRow] = ()) -> colander.SchemaNode:
    """Make the form of a checklist; `rows` is what its table says of each item, in order."""
    against = frozenset(it.code for it in items if departs(it, CheckAnswered(met=True)))
    schema = FormSchema(validator=partial(_reasons_where_needed, against=against))
    shown = {name: value for item in items for name, value in _shown(item).items()}
    table = colander.SchemaNode(
        colander.Mapping(),
        name="items",
        title="",
        widget=CheckTableWidget(template="check_table", rows=rows, standing=shown),
    )
    for item in items:
        for node in _nodes(item):
            table.add(node)
    schema.add(table)
    return schema


def shown(items: Sequence[Item]) -> dict[str, Any]:
    """Return what the form shows of a checklist."""
    return {"items": {name: value for item in items for name, value in _shown(item).items()}}


def filled_in(items: Sequence[Item], words: Callable[[ComputedItem], str]) -> dict[str, Any] | None:
    """Return the same with what the portal computes where nobody said anything; None if nothing."""
    computed = {
        name: value
        for item in items
        if item.said == CheckAnswered() and item.computed and item.computed.met is not None
        for name, value in _computed(item.code, item.computed, words).items()
    }
    return {"items": shown(items)["items"] | computed} if computed else None


def _computed(
    code: str, computed: ComputedItem, words: Callable[[ComputedItem], str]
) -> dict[str, str]:
    said = words(computed)
    texts = {f"evidence-{code}": said} if computed.met else {f"reason-{code}": said}
    return {f"met-{code}": _WORDS[computed.met], **texts}


def with_all_met(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return a form's answers with everything met that is open so far."""
    answers = {
        name: YES if name.startswith("met-") and value == OPEN else value
        for name, value in given["items"].items()
    }
    return {"items": answers}


def read(given: Mapping[str, Any], items: Sequence[Item]) -> dict[str, CheckAnswered]:
    """Return what was answered, by item."""
    answers = given["items"]
    return {
        item.code: CheckAnswered(
            met=_MET[answers[f"met-{item.code}"]],
            evidence=answers[f"evidence-{item.code}"],
            reason=answers[f"reason-{item.code}"],
        )
        for item in items
    }


def is_overtaken(items: Sequence[Item], posted: Mapping[str, str]) -> bool:
    """Return whether an item was changed both in this form and by somebody since it was read."""
    for item in items:
        now, typed = _shown(item), _typed(item.code, posted)
        was = posted.get(f"was-{item.code}", "")
        if was not in (_print(now, item.code), _print(typed, item.code)) and _print(
            typed, item.code
        ) != _print(now, item.code):
            return True
    return False


class CheckTableWidget(MappingWidget):
    """A table of all items. Rows that were not touched keep what others saved meanwhile."""

    def deserialize(self, field: Any, pstruct: Any) -> Any:
        """Read the rows, and put what stands into those in which nothing was typed."""
        found = super().deserialize(field, pstruct)
        for row in self.rows:
            typed = {name: found.get(name) for name in _names(row.code)}
            was, now = found.get(f"was-{row.code}"), self.standing[f"was-{row.code}"]
            if was and was == _print(typed, row.code) and was != now:
                found |= {name: self.standing[name] for name in _names(row.code)}
            found[f"was-{row.code}"] = now
        return found


def _reasons_where_needed(
    node: colander.SchemaNode, given: dict[str, Any], *, against: Collection[str]
) -> None:
    answers, table = given["items"], node["items"]
    wrong = colander.Invalid(table)
    for name, value in answers.items():
        reason = f"reason-{name.removeprefix('met-')}"
        if name.startswith("met-") and value == NO and not answers[reason]:
            wrong[reason] = _("State why it is not met: the applicant is informed.")
        code = name.removeprefix("met-")
        evidence = f"evidence-{code}"
        if name.startswith("met-") and value == YES and code in against and not answers[evidence]:
            wrong[evidence] = _(WHY_MET)
    if wrong.children:
        whole = colander.Invalid(node)
        whole.add(wrong, node.children.index(table))
        raise whole


def _nodes(item: Item) -> Sequence[colander.SchemaNode]:
    def labelled(words: str) -> Any:
        return _(words, mapping={"item": item.text})

    return (
        colander.SchemaNode(
            colander.String(),
            name=f"met-{item.code}",
            title=labelled(_("${item} – is it met?")),
            widget=SelectWidget(
                values=((OPEN, _("Open")), (YES, _("Met")), (NO, _("Not met"))), unmarked=True
            ),
            validator=colander.OneOf(tuple(_MET)),
            missing=OPEN,
        ),
        _text(f"evidence-{item.code}", labelled(_("${item} – evidence"))),
        _text(f"reason-{item.code}", labelled(_("${item} – reason, if it is not met"))),
        colander.SchemaNode(
            colander.String(), name=f"was-{item.code}", widget=HiddenWidget(), missing=""
        ),
    )


def _text(name: str, title: Any) -> colander.SchemaNode:
    return colander.SchemaNode(
        colander.String(),
        name=name,
        title=title,
        widget=TextAreaWidget(rows=2, unmarked=True),
        preparer=stripped,
        validator=colander.Length(max=LONGEST),
        missing="",
    )


def _names(code: str) -> tuple[str, ...]:
    return tuple(f"{part}-{code}" for part in PARTS)


def _shown(item: Item) -> dict[str, str]:
    said, code = item.said, item.code
    values = (_WORDS[said.met], said.evidence, said.reason)
    found = dict(zip(_names(code), values, strict=True))
    return found | {f"was-{code}": _print(found, code)}


def _typed(code: str, posted: Mapping[str, str]) -> dict[str, Any]:
    return {name: posted.get(name, "") for name in _names(code)}


def _print(given: Mapping[str, Any], code: str) -> str:
    """Return a short hash of a row; blanks around its words and the kind of line ends aside."""
    texts = [stripped(given[name] or "") if given[name] else "" for name in _names(code)]
    return hashlib.sha256(json.dumps(texts).encode()).hexdigest()[:16]

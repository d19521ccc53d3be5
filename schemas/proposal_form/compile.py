"""From a form definition to a form: a colander schema, shown by deform, read without loss."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

import colander
import deform
import peppercorn  # type: ignore[import-untyped]
from markupsafe import Markup

from grants.rules.errors import Refused
from grants.rules.forms import answers as answered
from grants.rules.forms.answers import Answers
from grants.rules.forms.definition import Definition, FormSection
from grants.rules.forms.definition_errors import Translate, as_written, filled
from grants.rules.forms.field import AnswerError, Field, Path
from grants.rules.words import N_
from schemas.forms.base import FormSchema, _
from schemas.forms.rendering import renderer
from schemas.proposal_form.nodes import conditional, node_of, presentable


class Level(Enum):
    """How much a form insists on."""

    KEEP = "keep"  # everything typed is taken
    SAVE = "save"  # what is there must fit; what is not there may come later
    SUBMIT = "submit"  # everything required is there, and fits


class UnreadableForm(Refused):
    """Something that no form of ours sends."""


@dataclass(frozen=True)
class Problem:
    """What is wrong with an answer: a message for people, and the place in the answer."""

    field_code: str
    path: Path
    message: str
    values: Mapping[str, Any]

    def text(self, translate: Translate = as_written, language: str = "en") -> str:
        """Say it in the reader's language."""
        return filled(self.message, self.values, translate, language)


@dataclass(frozen=True)
class Pressed:
    """A button inside the form: add_row, remove_row or remove_file, of a field."""

    action: str
    field_code: str
    which: str = ""


@dataclass(frozen=True)
class Reading:
    """What was typed into a section: all of it, and what is wrong with it."""

    answers: dict[str, Any]
    problems: tuple[Problem, ...]
    pressed: Pressed | None = None
    uploads: tuple[tuple[str, Any], ...] = ()
    """Files sent along: the field's code, and WebOb's FieldStorage."""


def compile_section(
    definition: Definition,
    section_code: str,
    *,
    language: str,
    level: Level = Level.SUBMIT,
    others: Answers | None = None,
) -> colander.SchemaNode:
    """Compile a section; `others` are the answers in other sections that conditions look at."""
    definition = definition.in_language(language)
    section = definition.section(section_code)
    schema = FormSchema(title="", description=section.intro)
    _add_fields(schema, definition, section, language)
    if level is not Level.KEEP:
        schema.validator = _validator(definition, section_code, level, others or {})
    return schema


def _add_fields(
    node: colander.SchemaNode, definition: Definition, section: FormSection, language: str
) -> None:
    for field in section.fields:
        child = node_of(field, language=language, prefix=section.code)
        conditional(child, definition, section, field)
        node.add(child)


def compile_form(
    definition: Definition, *, language: str, level: Level = Level.SUBMIT
) -> colander.SchemaNode:
    """Compile the whole form: a mapping of sections."""
    definition = definition.in_language(language)
    schema = FormSchema(title=definition.title)
    for section in definition.sections:
        node = colander.SchemaNode(
            colander.Mapping(), name=section.code, title=section.title, missing={}
        )
        _add_fields(node, definition, section, language)
        schema.add(node)
    if level is not Level.KEEP:
        schema.validator = _whole_validator(definition, level)
    return schema


def read(
    definition: Definition,
    section_code: str,
    controls: Iterable[tuple[str, Any]],
    language: str,
    *,
    others: Answers | None = None,
) -> Reading:
    """Read a section as it was sent; everything typed is kept. Raises UnreadableForm."""
    plain, pressed, uploads = _sorted_controls(definition, section_code, controls)
    schema = compile_section(definition, section_code, language=language, level=Level.KEEP)
    form = deform.Form(schema.bind(csrf_token=""))
    try:
        given = dict(form.schema.deserialize(form.deserialize(peppercorn.parse(plain))))
    except (ValueError, colander.Invalid) as strange:
        raise UnreadableForm(
            N_("We could not read what was sent. Please go back and send it again.")
        ) from strange
    section = definition.section(section_code)
    for field in section.fields:
        given[field.code] = _after(field, given.get(field.code), pressed)
    return Reading(
        answers=given,
        problems=problems(definition, section_code, {**(others or {}), section_code: given}),
        pressed=pressed,
        uploads=uploads,
    )


def problems(
    definition: Definition, section_code: str, answers: Answers, *, level: Level = Level.SAVE
) -> tuple[Problem, ...]:
    """Return what is wrong in a section, at a level."""
    return tuple(
        Problem(field.code, finding.path, finding.message, finding.values)
        for field, finding in answered.findings(definition, section_code, answers)
        if _counts(finding, level)
    )


def _counts(finding: AnswerError, level: Level) -> bool:
    return level is Level.SUBMIT or (level is Level.SAVE and not finding.missing)


BUTTONS = ("add_row", "remove_row", "remove_file")


def _sorted_controls(
    definition: Definition, section_code: str, controls: Iterable[tuple[str, Any]]
) -> tuple[list[tuple[str, str]], Pressed | None, tuple[tuple[str, Any], ...]]:
    """Set buttons and files apart from what is typed."""
    plain: list[tuple[str, str]] = []
    uploads: list[tuple[str, Any]] = []
    pressed = None
    known = {field.code for field in definition.section(section_code).fields}
    for name, value in controls:
        action, _colon, rest = name.partition(":")
        if action in BUTTONS:
            field_code, _colon, which = rest.partition(":")
            pressed = Pressed(action, field_code, which) if field_code in known else pressed
        elif action == "upload":
            if hasattr(value, "file") and rest in known:
                uploads.append((rest, value))
        elif isinstance(value, str):
            plain.append((name, value))
    return plain, pressed, tuple(uploads)


def _after(field: Field, answer: Any, pressed: Pressed | None) -> Any:
    """Do what a button asks: add or remove a row, leave out a file."""
    mine = pressed if pressed is not None and pressed.field_code == field.code else None
    if isinstance(answer, dict) and isinstance(answer.get("rows"), list):
        return {**answer, "rows": _rows_after(field, answer["rows"], mine)}
    if isinstance(answer, list) and field.shape == "rows":
        return _rows_after(field, answer, mine)
    if mine is not None and mine.action == "remove_file" and isinstance(answer, list):
        return [one for one in answer if one != mine.which]
    return answer


def _rows_after(field: Field, rows: list[Any], pressed: Pressed | None) -> list[Any]:
    if pressed is not None and pressed.action == "remove_row":
        gone = int(pressed.which) if pressed.which.isdecimal() else -1
        rows = [row for number, row in enumerate(rows) if number != gone]
    blank = {part.code: None for part in field.parts}
    if pressed is not None and pressed.action == "add_row":
        return [*(rows or [blank]), dict(blank)]
    while rows and all(part.is_blank(rows[-1].get(part.code)) for part in field.parts):
        rows = rows[:-1]
    return rows


SAVE = (deform.Button(name="save", title=_("Save")),)


def _hide(form: deform.Form, definition: Definition, section_code: str, answers: Answers) -> None:
    """Leave out what answers in other sections rule out; within a section the script does it."""
    section = definition.section(section_code)
    for field in section.fields:
        if _ruled_out(definition, section, field, answers):
            form[field.code].widget.item["hidden"] = True


def _ruled_out(
    definition: Definition, section: FormSection, field: Field, answers: Answers
) -> bool:
    condition = field.shown_if
    if condition is None:
        return False
    if condition.section in (None, section.code):
        return _ruled_out(definition, section, section.field(condition.field), answers)
    return not answered.is_visible(definition, section, field, answers)


def _note(field: deform.Field, note: str) -> None:
    """Say something more where an answer is typed: in a budget, where its grant is."""
    amounts = {child.name: child for child in field.children}
    place = amounts.get("requested", field)
    place.description = " ".join(it for it in (place.description, note) if it)


def render_section(
    definition: Definition,
    section_code: str,
    answers: Answers,
    problems: Iterable[Problem] = (),
    *,
    language: str,
    csrf_token: str,
    translate: Any,
    action: str = "",
    files: Mapping[str, Any] | None = None,
    attributes: Mapping[str, str] | None = None,
    inside: Markup | str = "",
    buttons: tuple[deform.Button, ...] = (),
    formid: str = "section",
    editable: bool = True,
    notes: Mapping[str, str] | None = None,
) -> Markup:
    """Show a section with its answers; `answers` are those of the whole form.

    `files` tells of each identifier a name, and where known a url and a size. `inside` stands
    before the buttons; `notes` say more at fields, by code.
    Without `editable` nothing can be changed, and there are no buttons.
    """
    schema = compile_section(definition, section_code, language=language, level=Level.KEEP)
    form = deform.Form(
        schema.bind(csrf_token=csrf_token),
        renderer=(shown_by := renderer(translate)),
        formid=formid,
        action=action,
        buttons=(buttons or SAVE) if editable else (),
        focus="off",
    )
    form.widget.attributes = {"data-form": True, "data-guard": True, **(attributes or {})}
    for code, note in (notes or {}).items():
        _note(form[code], note)
    form.inside = inside
    form.files = dict(files or {})
    form.rows_inside = editable
    form.locked = not editable
    _hide(form, definition, section_code, answers)
    given = list(problems)
    if given:
        found = invalid(form.schema, given, shown_by.translate, language)
        form.widget.handle_error(form, found)
    shown = presentable(definition.section(section_code), answers.get(section_code) or {})
    return Markup(form.render(shown))  # noqa: S704 -- autoescaped by the renderer


def invalid(
    node: colander.SchemaNode,
    problems: Iterable[Problem],
    translate: Translate = as_written,
    language: str = "en",
) -> colander.Invalid:
    """Hang problems on the nodes they belong to, as colander does."""
    placed = [((one.field_code, *one.path), one.text(translate, language)) for one in problems]
    return _hung(node, placed)


def _hung(node: colander.SchemaNode, placed: list[tuple[Path, str]]) -> colander.Invalid:
    error = colander.Invalid(node, [text for path, text in placed if not path] or None)
    inner: dict[str | int, list[tuple[Path, str]]] = {}
    for path, text in placed:
        if path:
            inner.setdefault(path[0], []).append((path[1:], text))
    for head, rest in inner.items():
        if isinstance(head, int):
            error.add(_hung(node.children[0], rest), head)
        else:
            names = [child.name for child in node.children]
            error.add(_hung(node[head], rest), names.index(head))
    return error


def _validator(definition: Definition, section_code: str, level: Level, others: Answers) -> Any:
    def validate(node: colander.SchemaNode, given: Mapping[str, Any]) -> None:
        found = problems(definition, section_code, {**others, section_code: given}, level=level)
        if found:
            raise invalid(node, found)

    return validate


def _whole_validator(definition: Definition, level: Level) -> Any:
    def validate(node: colander.SchemaNode, given: Answers) -> None:
        error = colander.Invalid(node)
        for section in definition.sections:
            found = problems(definition, section.code, given, level=level)
            if found:
                names = [child.name for child in node.children]
                error.add(invalid(node[section.code], found), names.index(section.code))
        if error.children:
            raise error

    return validate

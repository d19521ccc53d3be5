"""Rendering forms through our own Jinja2 templates: labels, help and errors bound to every input.

`Form(schema, renderer=renderer(translate))` shows any schema of deform's standard widgets. The
templates are in templates/deform; they hold no script and no style.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import colander
import deform
import jinja2
from markupsafe import Markup, escape
from translationstring import TranslationString

from grants.rules.forms.formtext import FormText
from schemas.forms import rows
from schemas.forms.base import _
from schemas.forms.table_roles import TableRoles

TEMPLATES = Path(__file__).resolve().parents[2] / "templates" / "deform"

Translate = Callable[[Any], str]
"""Takes an English sentence or a TranslationString, gives it in the reader's language."""


_OFFERED = _("Choose one of the answers that are offered.")
_DAY = _("Give a date, such as 2020-03-31.")
_TIME = _("Give a time, such as 17:00.")
_ALIKE = _("The two do not match.")

REWORDED = {
    "Required": _("Please answer this."),
    "Invalid email address": _("Write an email address, such as name@example.org."),
    "${val} is less than minimum value ${min}": _(
        "${val} is too small. The smallest number possible is ${min}."
    ),
    "${val} is greater than maximum value ${max}": _(
        "${val} is too large. The largest number possible is ${max}."
    ),
    "Shorter than minimum length ${min}": _("This is too short: write at least ${min} characters."),
    "Longer than maximum length ${max}": _("This is too long: at most ${max} characters fit."),
    '"${val}" is not a number': _("“${val}” is not a number. Write digits only."),
    '"${val}" is not one of ${choices}': _OFFERED,
    "One or more of the choices you made was not acceptable": _OFFERED,
    "Invalid date": _DAY,
    "Incomplete date": _DAY,
    "Invalid time": _TIME,
    "Incomplete time": _TIME,
    "Must be a URL": _("Give a web address: it begins with https:// or http://."),
    "Fields did not match": _ALIKE,
    "Password did not match confirm": _ALIKE,
}
"""What we say instead of the sentences of colander and deform."""

_OTHERWISE = _("This answer cannot be read. Please look at it again.")
"""What we say instead of their sentences that nobody should ever meet."""

_LIBRARIES = ("colander", "deform")
_WORDS = ("Value", "Confirm Value", "Add ${subitem_title}")
"""Their words that are no messages."""


class ErrorEntry(NamedTuple):
    """A line of the error summary: what is wrong with which field, and the input it leads to."""

    target: str
    label: str
    message: str


def said(message: Any, translate: Translate) -> str:
    """Translate a sentence and fill in its gaps, whichever of the two `translate` can do."""
    if not message or not isinstance(message, str):
        return "" if message is None else str(message)
    if isinstance(message, FormText):
        return str(message)
    marked = message if isinstance(message, TranslationString) else _(message)
    if marked.domain in _LIBRARIES and str(marked) not in _WORDS:
        ours = REWORDED.get(str(marked), _OTHERWISE)
        marked = TranslationString(ours, mapping=marked.mapping)
    translated = translate(marked)
    if type(translated) is str and "${" not in translated:
        return translated
    if isinstance(translated, TranslationString):
        return str(translated.interpolate())
    gaps = TranslationString(translated, mapping=marked.mapping)
    return str(gaps.interpolate())


class Renderer:
    """What deform calls with a template's name and its values."""

    def __init__(self, translate: Translate, *, auto_reload: bool = False) -> None:
        self._translate = translate
        self._environment = environment(auto_reload=auto_reload)
        self._constant: dict[str, Any] = {
            "gettext": self.translate,
            "ngettext": self._ngettext,
            "say": self.translate,
            "entries": self._entries,
        }
        parts = self._environment.get_template("_parts.jinja2")
        # Made once for a whole form: importing it in each template costs a third of the time.
        self._constant["parts"] = parts.make_module(dict(self._constant))

    def __call__(self, template: str, /, **values: Any) -> Markup:
        """Render a template of templates/deform."""
        found = self._environment.get_template(f"{template}.jinja2")
        return Markup(found.render(self._constant, **values))  # noqa: S704 -- autoescaped

    def translate(self, message: Any) -> str:
        """Say a sentence in the reader's language; deform asks for this too."""
        return said(message, self._translate)

    def _ngettext(self, one: str, many: str, count: int) -> str:
        return self.translate(one if count == 1 else many)

    def _entries(self, form: Any) -> list[ErrorEntry]:
        return [
            ErrorEntry(
                target,
                ", ".join(self.translate(part) for part in label if part),
                self.translate(message),
            )
            for target, label, message in errors(form)
        ]


def renderer(translate: Translate, *, auto_reload: bool = False) -> Renderer:
    """Make the renderer that deform forms are given; `translate` is the reader's language."""
    return Renderer(translate, auto_reload=auto_reload)


class RowsChanged(deform.ValidationFailure):
    """Not an answer yet: a button for rows was pressed, and no script was there to do it."""

    def __init__(self, field: Any, shown: Markup) -> None:
        super().__init__(field, field.cstruct, None)
        self._shown = shown

    def render(self, **_values: Any) -> Markup:
        """Show the form with a row more or less."""
        return self._shown


class RenderedForm(deform.Form):
    """A form that reads whatever is sent, by a browser or by anything else."""

    def validate(self, controls: Any, subcontrol: str | None = None) -> Any:
        """Read the answers. Raises ValidationFailure, also when a button for rows was pressed."""
        given = list(controls)
        if (changed := rows.with_rows_changed(self, given)) is not None:
            raise RowsChanged(self, changed)
        return super().validate(given, subcontrol)

    def deserialize(self, pstruct: Any) -> Any:
        """Read what was sent; an answer of another shape than was asked for is none."""
        try:
            return super().deserialize(pstruct)
        except colander.Invalid as strange:
            strange.value = _without_nothing(strange.value)
            raise


def _without_nothing(cstruct: Any) -> Any:
    """Put colander's null where a widget left None: it can be shown, and read."""
    if isinstance(cstruct, dict):
        return {name: _without_nothing(value) for name, value in cstruct.items()}
    if isinstance(cstruct, list):
        return [_without_nothing(value) for value in cstruct]
    return colander.null if cstruct is None else cstruct


def form(
    schema: colander.SchemaNode,
    *,
    translate: Translate,
    formid: str = "form",
    action: str = "",
    buttons: tuple[Any, ...] = (),
    attributes: Mapping[str, str] | None = None,
) -> deform.Form:
    """Make a form of a bound schema, with readable ids: sign_in-email in the form sign_in."""
    name_ids(schema, formid)
    made = RenderedForm(
        schema,
        renderer=renderer(translate),
        formid=formid,
        action=action,
        buttons=buttons or (deform.Button(name="save", title=_("Save")),),
        focus="off",
    )
    made.widget.attributes = {"data-form": True, **(attributes or {})}
    return made


def name_ids(node: colander.SchemaNode, prefix: str) -> None:
    """Name the ids of all inputs after their fields; rows of a sequence are numbered by deform."""
    for child in node.children:
        child.oid = f"{prefix}-{child.name}"
        if not isinstance(child.typ, colander.Sequence):
            name_ids(child, child.oid)


@cache
def environment(*, auto_reload: bool = False) -> jinja2.Environment:
    """Hold the compiled templates, once for the process."""
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        auto_reload=auto_reload,
        cache_size=-1,
        extensions=["jinja2.ext.i18n", TableRoles],
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    made.globals |= {
        "aria": aria,
        "attributes": attributes,
        "described": described,
        "input_type": input_type,
        "invalid": invalid,
        "messages": messages,
        "takes_files": takes_files,
    }
    return made


def warm_up() -> None:
    """Compile all templates, so that the first reader does not wait for it."""
    made = environment()
    for name in made.list_templates(extensions=["jinja2"]):
        made.get_template(name)


def messages(field: Any) -> list[Any]:
    """List what is wrong with a field itself, not with those inside it."""
    error = field.error
    return [message for message in error.messages() if message] if error is not None else []


def takes_files(field: Any) -> bool:
    """Return whether a form has a place for files: only then is it sent in parts, which is slow."""
    if getattr(field.widget, "takes_files", False):
        return True
    return any(takes_files(child) for child in field.children)


def aria(field: Any, *more: str) -> Markup:
    """Bind an input to its help and its errors, for those who do not see them."""
    return described(field, *more) + invalid(field)


def described(field: Any, *more: str) -> Markup:
    """Name the help and the errors of an input or a group of them."""
    ids = [f"{field.oid}-help"] if field.description else []
    ids += [f"{field.oid}-error"] if messages(field) else []
    ids += [one for one in more if one]
    return Markup(' aria-describedby="{}"').format(" ".join(ids)) if ids else Markup("")


def invalid(field: Any) -> Markup:
    """Mark an input whose answer is wrong; groups of inputs cannot be marked."""
    return Markup(' aria-invalid="true"') if messages(field) else Markup("")


def input_type(wanted: str, typed: str) -> str:
    """Fall back to plain text where a native date field would drop what was typed."""
    is_day = re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", str(typed))
    return "text" if wanted == "date" and typed and not is_day else wanted


def attributes(given: Mapping[str, Any] | None) -> Markup:
    """Write attributes; one that is None or False stays out, True stands by its name alone."""
    written = Markup("")
    for name, value in (given or {}).items():
        if value is True:
            written += Markup(" ") + escape(name)
        elif value is not None and value is not False:
            written += Markup(' {}="{}"').format(name, value)
    return written


def errors(field: Any, within: tuple[Any, ...] = ()) -> Iterator[tuple[str, tuple[Any, ...], Any]]:
    """Go through all errors of a form in their order: the input's id, its label, the message.

    A label has several parts where a question is asked more than once: "Impact", "Score".
    """
    listed = getattr(field.widget, "entries", None)
    if listed is not None:
        for place, label, message in listed(field):
            yield place, (*within, label), message
        return
    for message in messages(field):
        # What is wrong with the whole form leads to none of its inputs.
        whole = field.parent is None
        yield ("", (), message) if whole else (target(field), (*within, field.title), message)
    inside = within if field.parent is None else (*within, field.title)
    rows = getattr(field, "sequence_fields", None)
    if rows is None:
        for child in field.children:
            yield from errors(child, inside)
        return
    for number, row in enumerate(rows, start=1):
        for message in messages(row):
            yield target(row), (*inside, str(number)), message
        for child in row.children:
            yield from errors(child, (*inside, str(number)))


def target(field: Any) -> str:
    """Name the input that a link to a field leads to: in a group, its first."""
    grouped = isinstance(
        field.widget, deform.widget.RadioChoiceWidget | deform.widget.CheckboxChoiceWidget
    )
    return f"{field.oid}-0" if grouped else str(field.oid)

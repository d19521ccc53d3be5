"""What people type to set up a fund: its managers, and administrators of the portal."""

from typing import Any

import colander
from deform.widget import (
    CheckboxChoiceWidget,
    HiddenWidget,
    MappingWidget,
    RadioChoiceWidget,
    SelectWidget,
    SequenceWidget,
    TextAreaWidget,
    TextInputWidget,
)

from grants.calls.models import Registration
from grants.kit.branding import is_colour
from grants.rules.words import LANGUAGES
from schemas.accounts.people import as_mailed, email_node, language_node, one_line, require_mailable
from schemas.calls.call import CODE
from schemas.forms.base import AskedNode, FormSchema, _, lowered, stripped

REGISTRATIONS = (
    (Registration.OPEN.value, _("Every organisation that registers")),
    (Registration.LISTED.value, _("Organisations on the fund’s list only")),
)
NEW = "new"
"""What is chosen for a programme that is not there yet."""


def _line(
    title: str,
    description: str = "",
    *,
    most: int = 200,
    kind: type[colander.SchemaNode] = colander.SchemaNode,
    **more: Any,
) -> Any:
    return kind(
        colander.String(),
        title=title,
        description=description,
        preparer=one_line,
        validator=colander.Length(max=most),
        **more,
    )


def _text(title: str, description: str = "", *, rows: int = 4, most: int = 5000) -> Any:
    return colander.SchemaNode(
        colander.String(),
        title=title,
        description=description,
        widget=TextAreaWidget(rows=rows),
        preparer=stripped,
        validator=colander.Length(max=most),
        missing="",
    )


def _contact() -> Any:
    return colander.SchemaNode(
        colander.String(),
        title=_("Contact address"),
        description=_("An email address. Replies to the fund’s emails go there."),
        preparer=[stripped, lowered, as_mailed],
        validator=colander.All(require_mailable, colander.Length(max=254)),
        widget=TextInputWidget(attributes={"type": "email"}),
    )


def _languages(description: str) -> Any:
    return colander.SchemaNode(
        colander.Set(),
        title=_("Languages"),
        description=description,
        widget=CheckboxChoiceWidget(values=tuple(LANGUAGES.items())),
        validator=colander.All(
            colander.ContainsOnly(tuple(LANGUAGES)),
            colander.Length(min=1, min_err=_("Select at least one language.")),
        ),
    )


def _is_colour(node: colander.SchemaNode, typed: str) -> None:
    if not is_colour(typed):
        raise colander.Invalid(node, _("Write a colour as #, and six digits: #1d4f73."))


@colander.deferred
def _zones(_node: colander.SchemaNode, bound: dict[str, Any]) -> SelectWidget:
    return SelectWidget(values=[("", _("As the portal")), *bound["zones"]])


@colander.deferred
def _is_zone(_node: colander.SchemaNode, bound: dict[str, Any]) -> colander.OneOf:
    return colander.OneOf([name for name, _words in bound["zones"]])


class TopicSchema(colander.MappingSchema):
    """One topic of a fund."""

    number = colander.SchemaNode(colander.Integer(), widget=HiddenWidget(), missing=0, default=0)
    name = _line(_("Name"), most=120)


class Topics(colander.SequenceSchema):
    """All topics of a fund."""

    topic = TopicSchema(title=_("Topic"), widget=MappingWidget(item_css_class="row-list-item"))


class FundSchema(FormSchema):
    """What a fund says of itself; bound to `zones`, pairs of name and words."""

    name = _line(_("Name of the fund"), _("It heads the fund’s pages, documents and emails."))
    summary = _text(_("Description"), _("For the public. Up to 5,000 characters."))
    contact_email = _contact()
    run_by = _line(_("Run by"), _("For the foot of its pages."), missing="")
    accent = colander.SchemaNode(
        colander.String(),
        title=_("Colour"),
        description=_("It fills large areas; the writing on it becomes black or white by itself."),
        preparer=[stripped, lowered],
        validator=_is_colour,
        widget=TextInputWidget(attributes={"type": "color"}),
    )
    languages = _languages(
        _(
            "The languages of its pages, emails and documents. Readers of other languages get"
            " the main language."
        )
    )
    main_language = colander.SchemaNode(
        colander.String(),
        title=_("Main language"),
        description=_("Of documents that are the same for everyone, such as the agreement."),
        widget=SelectWidget(values=tuple(LANGUAGES.items())),
        validator=colander.OneOf(tuple(LANGUAGES)),
    )
    zone = colander.SchemaNode(
        colander.String(),
        title=_("Time zone"),
        description=_("Of moments that belong to no call; calls name their own."),
        widget=_zones,
        validator=_is_zone,
        missing="",
    )
    registration = colander.SchemaNode(
        colander.String(),
        title=_("Who may start proposals"),
        widget=RadioChoiceWidget(values=REGISTRATIONS),
        validator=colander.OneOf([kind for kind, _words in REGISTRATIONS]),
    )
    topics = Topics(
        title=_("Topics"),
        widget=SequenceWidget(min_len=0, add_subitem_text_template=_("Add a topic")),
        missing=(),
    )

    def validator(self, node: colander.SchemaNode, typed: dict[str, Any]) -> None:
        """Refuse two topics of one name, and a main language that is none of the fund's."""
        names = [it["name"].casefold() for it in typed["topics"]]
        if len(set(names)) < len(names):
            wrong = colander.Invalid(node)
            wrong["topics"] = _("Two topics have the same name.")
            raise wrong
        if typed["main_language"] not in typed["languages"]:
            wrong = colander.Invalid(node)
            wrong["main_language"] = _("Choose one of the languages marked above.")
            raise wrong


class ManagerSchema(FormSchema):
    """Who is to manage a fund."""

    email = email_node()
    name = _line(_("Their name"), _("As letters address them."))
    language = language_node(_("Their language"))


@colander.deferred
def _programmes(_node: colander.SchemaNode, bound: dict[str, Any]) -> SelectWidget:
    return SelectWidget(values=[*bound["programmes"], (NEW, _("New programme"))])


@colander.deferred
def _is_programme(_node: colander.SchemaNode, bound: dict[str, Any]) -> colander.OneOf:
    return colander.OneOf([NEW, *(code for code, _words in bound["programmes"])])


def _code(
    title: str,
    description: str,
    kind: type[colander.SchemaNode] = colander.SchemaNode,
    **more: Any,
) -> Any:
    return kind(
        colander.String(),
        title=title,
        description=description,
        preparer=stripped,
        validator=colander.All(
            colander.Length(max=30),
            colander.Regex(CODE, _("Use capital letters, digits and hyphens, such as IUC-ASIA.")),
        ),
        **more,
    )


class NewFundSchema(FormSchema):
    """A new fund with its programme and first manager; bound to `programmes`."""

    programme = colander.SchemaNode(
        colander.String(), title=_("Programme"), widget=_programmes, validator=_is_programme
    )
    programme_code = _code(
        _("Code of the new programme"),
        _("Such as IUC. Only for a new programme."),
        AskedNode,
        missing="",
    )
    programme_name = _line(
        _("Name of the new programme"), _("Only for a new programme."), kind=AskedNode, missing=""
    )
    code = _code(_("Code of the fund"), _("Addresses name it. It stays: IUC-ASIA, for instance."))
    name = _line(_("Name of the fund"), _("It heads the fund’s pages, documents and emails."))
    contact_email = _contact()
    languages = _languages(_("Its managers can change this later."))
    manager_email = colander.SchemaNode(
        colander.String(),
        title=_("Email address of the first manager"),
        description=_("They receive a link by email. It must be someone other than you."),
        preparer=[stripped, lowered, as_mailed],
        validator=colander.All(require_mailable, colander.Length(max=254)),
        widget=TextInputWidget(attributes={"type": "email"}),
    )
    manager_name = _line(_("Their name"), _("As letters address them."))
    language = language_node(_("Their language"))

    def validator(self, node: colander.SchemaNode, typed: dict[str, Any]) -> None:
        """Ask for code and name of a programme that is not there yet."""
        if typed["programme"] != NEW:
            return
        wrong = colander.Invalid(node)
        for name in ("programme_code", "programme_name"):
            if not typed[name]:
                wrong[name] = _("Fill this in for a new programme.")
        if wrong.children:
            raise wrong


class StrandSchema(colander.MappingSchema):
    """A line of work of a programme."""

    number = colander.SchemaNode(colander.Integer(), widget=HiddenWidget(), missing=0, default=0)
    name = _line(_("Name"))
    summary = _text(_("Description"), rows=2, most=2000)


class Strands(colander.SequenceSchema):
    """All lines of work of a programme."""

    strand = StrandSchema(title=_("Strand"), widget=MappingWidget(item_css_class="row-list-item"))


class ProgrammeSchema(FormSchema):
    """What a programme says of itself."""

    name = _line(_("Name of the programme"))
    summary = _text(_("Description"), _("For the home page. Up to 5,000 characters."), rows=6)
    strands = Strands(
        title=_("Strands"),
        widget=SequenceWidget(min_len=0, add_subitem_text_template=_("Add a strand")),
        missing=(),
    )


class NewFormVersionSchema(FormSchema):
    """The code of a form, beside the file with what it asks."""

    code = colander.SchemaNode(
        colander.String(),
        title=_("Code of the form"),
        description=_("The same code again makes a new version of that form."),
        preparer=[stripped, lowered],
        validator=colander.All(
            colander.Length(max=40),
            colander.Regex(
                r"^[a-z0-9]+(-[a-z0-9]+)*$",
                _("Use small letters, digits and hyphens, such as iuc-2020."),
            ),
        ),
    )

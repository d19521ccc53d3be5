"""What people type to register an organisation, and to invite others."""

from typing import Any

import colander
from deform.widget import CheckboxWidget, RadioChoiceWidget, SelectWidget, TextInputWidget

from grants.directory.models import OrganisationKind, PilotStatus
from grants.rules.labels import ORGANISATION_KINDS
from grants.rules.workflow import Role
from schemas.accounts.people import email_node, no_web_address, one_line
from schemas.forms.amounts import WholeNumber
from schemas.forms.base import FormSchema, _
from schemas.forms.days import Day

KINDS = tuple((kind.value, _(ORGANISATION_KINDS[kind])) for kind in OrganisationKind)
PILOTS = (
    (PilotStatus.NONE.value, _("Never")),
    (PilotStatus.CURRENT.value, _("Current pilot city")),
    (PilotStatus.FORMER.value, _("Former pilot city")),
)
FUND_ROLES = (
    (Role.MANAGER.value, _("Manager: runs calls, sees proposals, decides")),
    (Role.AUDITOR.value, _("Auditor: can read everything and change nothing")),
)


@colander.deferred
def _country_widget(_node: colander.SchemaNode, bound: dict[str, Any]) -> SelectWidget:
    return SelectWidget(values=[("", _("Choose a country")), *bound["countries"]])


@colander.deferred
def _is_country(_node: colander.SchemaNode, bound: dict[str, Any]) -> colander.OneOf:
    return colander.OneOf([code for code, _name in bound["countries"]])


class OrganisationSchema(FormSchema):
    """A new organisation; bound to language and `countries`, pairs of ISO code and name."""

    name = colander.SchemaNode(
        colander.String(),
        title=_("Name of the organisation"),
        description=_("In full, as it should appear in an agreement."),
        preparer=one_line,
        validator=colander.All(colander.Length(max=200), no_web_address),
        widget=TextInputWidget(attributes={"autocomplete": "organization"}),
    )
    kind = colander.SchemaNode(
        colander.String(),
        title=_("Kind of organisation"),
        validator=colander.OneOf([kind for kind, _words in KINDS]),
        widget=RadioChoiceWidget(values=KINDS),
    )
    country = colander.SchemaNode(
        colander.String(), title=_("Country"), widget=_country_widget, validator=_is_country
    )
    population = colander.SchemaNode(
        WholeNumber(),
        title=_("Population"),
        description=_("For cities: how many people live there."),
        missing=None,
        validator=colander.Range(min=1, max=100_000_000),
        widget=TextInputWidget(attributes={"inputmode": "numeric"}),
    )


def _day(title: str) -> colander.SchemaNode:
    return colander.SchemaNode(
        Day(),
        title=title,
        missing=None,
        widget=TextInputWidget(attributes={"type": "date"}),
    )


def _pilot(node: colander.SchemaNode, typed: dict[str, Any]) -> None:
    """Refuse a status as pilot city and days that contradict each other."""
    wrong = colander.Invalid(node)
    pilot, begun, ended = typed["pilot"], typed["pilot_from"], typed["pilot_until"]
    if pilot == PilotStatus.NONE:
        for name in ("pilot_from", "pilot_until"):
            if typed[name]:
                wrong[name] = _("It was never a pilot city. Leave the date empty.")
    else:
        if typed["kind"] != OrganisationKind.CITY:
            wrong["pilot"] = _("Only a city can be a pilot city.")
        if not begun:
            wrong["pilot_from"] = _("Enter the date since which it is or was a pilot city.")
        if pilot == PilotStatus.FORMER and not ended:
            wrong["pilot_until"] = _("Enter the last day on which it was a pilot city.")
        if begun and ended and ended < begun:
            wrong["pilot_until"] = _("It cannot have ended before it began.")
    if wrong.children:
        raise wrong


class OrganisationCorrectionSchema(OrganisationSchema):
    """All that is known of an organisation, as the fund corrects it; bound as the other."""

    pilot = colander.SchemaNode(
        colander.String(),
        title=_("Pilot city of the programme"),
        validator=colander.OneOf([status for status, _words in PILOTS]),
        widget=RadioChoiceWidget(values=PILOTS),
    )
    pilot_from = _day(_("Pilot city since"))
    pilot_until = _day(_("Pilot city until"))

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, validator=_pilot, **more)


class InviteSchema(FormSchema):
    """Whom to invite."""

    email = email_node()


class AwareInviteSchema(InviteSchema):
    """Whom to invite, once it was pointed out what they share with an applicant."""

    aware = colander.SchemaNode(
        colander.Boolean(),
        title=_("I have considered this. Send the invitation anyway."),
        widget=CheckboxWidget(),
        missing=False,
    )


class FundInviteSchema(FormSchema):
    """Whom to invite to a fund, and as what."""

    email = email_node()
    role = colander.SchemaNode(
        colander.String(),
        title=_("Role"),
        validator=colander.OneOf([role for role, _words in FUND_ROLES]),
        widget=RadioChoiceWidget(values=FUND_ROLES),
    )

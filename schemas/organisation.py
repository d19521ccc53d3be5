"""What people type to register an organisation, and to invite others."""

from typing import Any

import colander
from deform.widget import RadioChoiceWidget, SelectWidget, TextInputWidget

from grants.models import OrganisationKind
from grants.workflow import Role
from schemas.base import FormSchema, _
from schemas.people import email_node, one_line

KINDS = (
    (OrganisationKind.CITY.value, _("City")),
    (OrganisationKind.CLUSTER.value, _("Cluster")),
    (OrganisationKind.COMPANY.value, _("Company")),
    (OrganisationKind.ACADEMIC.value, _("Academic body")),
    (OrganisationKind.NGO.value, _("Non-governmental organisation")),
)
FUND_ROLES = (
    (Role.MANAGER.value, _("Manager: runs calls, sees proposals, decides")),
    (Role.AUDITOR.value, _("Auditor: reads everything, changes nothing")),
)


@colander.deferred
def _country_widget(_node: colander.SchemaNode, bound: dict[str, Any]) -> SelectWidget:
    return SelectWidget(values=[("", _("Choose a country")), *bound["countries"]])


@colander.deferred
def _is_country(_node: colander.SchemaNode, bound: dict[str, Any]) -> colander.OneOf:
    return colander.OneOf([code for code, _name in bound["countries"]])


class OrganisationSchema(FormSchema):
    """A new organisation; bound to `countries`, pairs of ISO code and name."""

    name = colander.SchemaNode(
        colander.String(),
        title=_("Name of the organisation"),
        description=_("In full, as it should stand in an agreement."),
        preparer=one_line,
        validator=colander.Length(max=200),
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
        colander.Integer(),
        title=_("Population"),
        description=_("For cities: how many people live there."),
        missing=None,
        validator=colander.Range(min=1, max=100_000_000),
        widget=TextInputWidget(attributes={"inputmode": "numeric"}),
    )


class InviteSchema(FormSchema):
    """Whom to invite."""

    email = email_node()


class FundInviteSchema(FormSchema):
    """Whom to invite to a fund, and as what."""

    email = email_node()
    role = colander.SchemaNode(
        colander.String(),
        title=_("Role"),
        validator=colander.OneOf([role for role, _words in FUND_ROLES]),
        widget=RadioChoiceWidget(values=FUND_ROLES),
    )

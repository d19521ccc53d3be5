"""What a manager asks beside a ranking: another envelope, list rule or overall threshold."""

import colander
from deform.widget import SelectWidget, TextInputWidget

from schemas.calls.call import LIST_RULES
from schemas.forms.amounts import Cents, Share
from schemas.forms.base import FormSchema, _

AMOUNT = TextInputWidget(attributes={"inputmode": "decimal", "autocomplete": "off"})


class WhatIfSchema(FormSchema):
    """Bind language and currency."""

    envelope_cents = colander.SchemaNode(Cents(), title=_("Budget envelope"), widget=AMOUNT)
    list_rule = colander.SchemaNode(
        colander.String(),
        title=_("Where the funds end"),
        widget=SelectWidget(values=LIST_RULES),
        validator=colander.OneOf([kind.value for kind, _words in LIST_RULES]),
    )
    overall_threshold = colander.SchemaNode(
        Share(), title=_("Overall threshold"), missing=None, widget=AMOUNT
    )

"""Putting the clock of a rehearsal forward."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import colander
from deform.widget import TextInputWidget

from schemas.forms.base import FormSchema, _

FURTHEST = timedelta(days=3652)
"""Ten years: a slip in the year must not carry the portal off for good."""


@colander.deferred
def _ahead(_node: colander.SchemaNode, bound: Mapping[str, Any]) -> colander.Range:
    return colander.Range(
        min=bound["at"],
        min_err=_("This moment has passed. The clock cannot be moved back."),
        max=bound["at"] + FURTHEST,
        max_err=_("The clock can be moved forward by ten years at most."),
    )


class MoveClock(FormSchema):
    """The moment that it is to be; bind `at`, the moment that it is."""

    to = colander.SchemaNode(
        colander.DateTime(),
        title=_("Date and time (UTC)"),
        validator=_ahead,
        widget=TextInputWidget(attributes={"type": "datetime-local"}),
    )

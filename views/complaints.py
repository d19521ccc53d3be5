"""A form that was sent: its answers, or the form again with what is wrong in it."""

from collections.abc import Mapping
from typing import Any

import colander
import deform
from markupsafe import Markup

from grants.errors import Refused
from views.request import Request


def answers(
    request: Request, form: deform.Form, shown: Mapping[str, Any] | None = None
) -> tuple[dict[str, Any] | None, Markup]:
    """Read a form. Gives the answers; or none, and the form to show instead.

    Before it is sent that is the form with what is `shown` in it; afterwards
    the form with all that was typed and what is wrong in it, and the page says 422.
    """
    if request.method != "POST":
        return None, Markup(form.render(shown or {}))  # noqa: S704 -- our templates escape
    try:
        return form.validate(request.POST.items()), Markup()
    except deform.ValidationFailure as failure:
        request.response.status = 422
        return None, Markup(failure.render())  # noqa: S704 -- our templates escape


def complain(request: Request, form: deform.Form, field: str, sentence: str) -> Markup:
    """Show a form again with what a rule says about one of its fields; the page says 422."""
    position = [child.name for child in form.children].index(field)
    wrong = colander.Invalid(form.schema)
    wrong.add(colander.Invalid(form.schema[field], sentence), position)
    form.widget.handle_error(form, wrong)
    request.response.status = 422
    return Markup(form.widget.serialize(form, form.cstruct))  # noqa: S704 -- ours escape


def refuse(request: Request, form: deform.Form, refusal: Refused) -> Markup:
    """Show a form again with what a rule of the fund says about the whole; the page says 409."""
    form.error = colander.Invalid(form.schema, request.said(refusal))
    request.response.status = 409
    return Markup(form.widget.serialize(form, form.cstruct))  # noqa: S704 -- ours escape

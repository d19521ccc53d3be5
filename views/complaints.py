"""A form shown again, with what is wrong in it."""

import colander
import deform
from markupsafe import Markup

from views.request import Request


def invalid(request: Request, failure: deform.ValidationFailure) -> Markup:
    """Show a form with what is wrong in it and all that was typed; the page says 422."""
    request.response.status = 422
    return Markup(failure.render())  # noqa: S704 -- our own templates escape


def complain(request: Request, form: deform.Form, field: str, sentence: str) -> Markup:
    """Show a form again with what a rule says about one of its fields; the page says 422."""
    position = [child.name for child in form.children].index(field)
    wrong = colander.Invalid(form.schema)
    wrong.add(colander.Invalid(form.schema[field], sentence), position)
    form.widget.handle_error(form, wrong)
    request.response.status = 422
    return Markup(form.widget.serialize(form, form.cstruct))  # noqa: S704 -- ours escape

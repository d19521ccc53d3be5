"""The portal's fixed forms, as views use them."""

from collections.abc import Mapping
from typing import Any

import colander
import deform
from pyramid.config import Configurator
from pyramid.csrf import get_csrf_token

from schemas import rendering
from views.request import Request


def includeme(config: Configurator) -> None:
    """Offer `request.form(...)`, and have the first reader not wait for templates."""
    config.add_request_method(form)
    rendering.warm_up()


def form(
    request: Request,
    schema: colander.SchemaNode,
    buttons: Mapping[str, object],
    *,
    formid: str = "form",
    action: str = "",
    attributes: Mapping[str, str] | None = None,
    **bound: Any,
) -> deform.Form:
    """Make a form of a schema, bound to what it needs, in the reader's language.

    `buttons` maps the name that is posted to the words on the button.
    """
    return rendering.form(
        schema.bind(csrf_token=get_csrf_token(request), **bound),
        translate=request.localizer.translate,
        formid=formid,
        action=action,
        buttons=tuple(deform.Button(name, title) for name, title in buttons.items()),
        attributes=attributes,
    )

"""The portal's fixed forms, as views use them."""

from collections.abc import Callable, Mapping
from typing import Any

import colander
import deform
from pyramid.config import Configurator
from pyramid.csrf import get_csrf_token

from grants.oversight.queries.edit_tokens import Version
from grants.rules.errors import OutOfDate, Refused
from schemas.forms import rendering
from views.web.request import Request

CONFLICT = 409


def includeme(config: Configurator) -> None:
    """Offer `request.form(...)`, and have the first reader not wait for templates."""
    config.add_request_method(form)
    config.add_request_method(_nothing, "refusal", reify=True)
    config.add_request_method(_nothing, "attempt", reify=True)
    config.add_request_method(_nothing, "told", reify=True)
    config.add_view_deriver(told_in_form, "told_in_form")
    rendering.warm_up()


def form(
    request: Request,
    schema: colander.SchemaNode,
    buttons: Mapping[str, object],
    *,
    formid: str = "form",
    action: str = "",
    attributes: Mapping[str, str] | None = None,
    version: Version | None = None,
    **bound: Any,
) -> deform.Form:
    """Make a form of a schema, bound to what it needs, in the reader's language.

    `buttons` maps the name that is posted to the words on the button, or to a button. A form
    that changes what others may change too carries the `version` of what it shows.
    """
    token = version.token if version else ""
    made = rendering.form(
        schema.bind(csrf_token=get_csrf_token(request), version=token, **bound),
        translate=request.localizer.translate,
        formid=formid,
        action=action,
        buttons=tuple(
            title if isinstance(title, deform.Button) else deform.Button(name, title)
            for name, title in buttons.items()
        ),
        attributes=attributes,
    )
    made.version, made.clash = version, None
    return made


def _nothing(_request: Request) -> None:
    return None


def told_in_form(view: Callable[[Any, Request], Any], info: Any) -> Callable[..., Any]:
    """Have a refusal told in the form that was sent, with every word that was typed.

    What the view did is undone, and it is asked once more:
    `views.web.forms.form_errors.answers` then gives it the form with the refusal in it, as it does
    for answers that cannot be read.
    """
    if info.exception_only:
        return view

    def wrapped(context: Any, request: Request) -> Any:
        try:
            return view(context, request)
        except Refused as refusal:
            if request.attempt is None:
                raise
            request.attempt.rollback()
            request.attempt, request.refusal = None, refusal
            return view(context, request)

    def told(context: Any, request: Request) -> Any:
        answer = wrapped(context, request)
        if request.told and answer.status_int == CONFLICT and request.told.id not in answer.text:
            # The step is gone, and its form with it: a page of its own tells, with the words.
            raise OutOfDate("{sentence}", sentence=request.told.sentence)
        return answer

    return told

"""A form that was sent: its answers, or the form again with what is wrong in it."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import colander
import deform
from markupsafe import Markup

from grants.oversight.queries.edit_tokens import Version, require_current
from grants.rules.errors import Refused, TooManyTries
from schemas.forms.base import VERSION
from schemas.forms.comparing import Clash, differences
from schemas.forms.rendering import said
from views.web.forms import changed_meanwhile
from views.web.request import FormRefusal, Request


def answers(
    request: Request, form: deform.Form, shown: Mapping[str, Any] | None = None
) -> tuple[dict[str, Any] | None, Markup]:
    """Read a form. Gives the answers; or none, and the form to show instead.

    Before it is sent that is the form with what is `shown` in it; afterwards the form with all
    that was typed, and with what is wrong in it (422), what the fund's rules say against it, or
    what somebody else changed meanwhile (409). `shown` is what stands now, to compare with.
    """
    if request.method != "POST":
        return None, Markup(form.render(shown or {}))  # noqa: S704 -- our templates escape
    try:
        typed = form.validate(request.POST.items())
    except deform.ValidationFailure:
        typed = None
        request.response.status = 422
    form.clash = clash(request, form, shown)
    if form.clash:
        request.response.status = 409
        request.told = FormRefusal(f'id="{form.formid}-clash"', form.clash.happened)
    if typed is None or form.clash:
        return None, _again(form)
    if request.refusal is not None:
        return None, refuse(request, form, request.refusal)
    request.attempt = request.services.attempt()
    return typed, Markup()


def clash(request: Request, form: deform.Form, shown: Mapping[str, Any] | None) -> Clash | None:
    """Return what somebody changed since the page of a form was read; nothing if nobody did.

    A form that says what its sender saved before, such as after a double click, clashes with
    nothing.
    """
    version: Version | None = form.version
    if version is None or request.POST.get(VERSION) == version.token:
        return None
    changed = request.services.versions.changed(version)
    found = compared(request, form, shown, changed_meanwhile.sentence(request, changed))
    mine = changed is not None and changed.entry.actor_id == request.person.id
    return None if mine and found.compared and not found.differences else found


def compared(
    request: Request, form: deform.Form, shown: Mapping[str, Any] | None, happened: str
) -> Clash:
    """Put what stands now beside what was typed into a form that was read."""
    translate = request.localizer.translate
    found = differences(form.schema, shown or {}, form.cstruct, lambda it: said(it, translate))
    return Clash(happened, compared=bool(shown), differences=found)


def overtaken(
    request: Request, form: deform.Form, shown: Mapping[str, Any], refusal: Refused
) -> Markup:
    """Show a form that a later save has overtaken again, with both texts; the page says 409."""
    with suppress(deform.ValidationFailure):  # what cannot be read is shown as it was typed
        form.validate(request.POST.items())
    form.clash = compared(request, form, shown, request.said(refusal))
    request.response.status = 409
    return _again(form)


def require_unchanged(request: Request, version: Version) -> None:
    """Refuse what a single button does to something that changed since its page was read."""
    require_current(version, request.POST.get(VERSION, ""))


def complain(request: Request, form: deform.Form, field: str, sentence: str) -> Markup:
    """Show a form again with what a rule says about one of its fields; the page says 422."""
    position = [child.name for child in form.children].index(field)
    wrong = colander.Invalid(form.schema)
    wrong.add(colander.Invalid(form.schema[field], sentence), position)
    form.widget.handle_error(form, wrong)
    request.response.status = 422
    return _again(form)


def refuse(request: Request, form: deform.Form, refusal: Refused) -> Markup:
    """Show a form again with what a rule of the fund says about the whole; the page says 409."""
    form.error = colander.Invalid(form.schema, request.said(refusal))
    request.told = FormRefusal(f'id="{form.formid}-problem"', request.said(refusal))
    request.response.status = 429 if isinstance(refusal, TooManyTries) else 409
    return _again(form)


def _again(form: deform.Form) -> Markup:
    shown = form.widget.serialize(form, form.cstruct)
    return Markup(shown)  # noqa: S704 -- our templates escape

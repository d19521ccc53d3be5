"""A deliverable: logged by its team as they type, submitted, accepted or returned."""

from collections.abc import Mapping
from typing import Any, BinaryIO

import colander
import deform
from markupsafe import Markup
from pyramid.httpexceptions import HTTPNotFound, HTTPSeeOther
from pyramid.renderers import render
from pyramid.response import Response
from pyramid.view import view_config

from grants.kit.dossiers.models import File
from grants.projects.models import Deliverable
from grants.projects.queries.participants import table
from grants.projects.service.deliverables import EVIDENCE, is_told, missing, too_long
from grants.rules.errors import OutOfDate, Refused, WrongFile
from schemas.evaluation.stage import Reason
from schemas.forms import rows
from schemas.forms.base import _
from schemas.projects import deliverable as schema
from views.projects.projects import about, is_team
from views.proposals.files import sent, take_in
from views.web import resources
from views.web.forms import form_errors, windows
from views.web.request import Request

PAGE = "templates:projects/deliverable.jinja2"
FORM = "templates:projects/deliverable_log.jinja2"

_UPLOAD = "upload:evidence"
_REMOVE = "remove_file:evidence:"


@view_config(route_name="deliverable", request_method="GET", permission="view", renderer=PAGE)
def show(context: resources.DeliverableContext, request: Request) -> dict[str, Any]:
    """Show the form to the team while it may write, and to others what was submitted."""
    if "edit" in _actions(context):
        request.override_renderer = FORM
        return _log(context, request)
    return _page(context, request)


@view_config(route_name="deliverable", request_method="POST", permission="edit", renderer=FORM)
def save(context: resources.DeliverableContext, request: Request) -> Any:
    """Keep what was typed, however incomplete; submit it if that was the button."""
    refused = _keep(context, request)
    if refused is not None:
        return refused
    if "deliver" in request.POST:
        return deliver(context, request)
    if _is_autosave(request):
        return Response(status=204)
    request.flash(_("Saved. It is not submitted yet."), "good")
    return HTTPSeeOther(address(request, context.deliverable))


@view_config(
    route_name="deliverable.submit", request_method="POST", permission="deliver", renderer=FORM
)
def deliver(context: resources.DeliverableContext, request: Request) -> Any:
    """Submit what was saved; say what is missing, if anything is."""
    deliverable = context.deliverable
    if lacking := missing(deliverable):
        return _complained(context, request, _said(request, lacking))
    request.services.deliverables.deliver(deliverable, by=request.person)
    request.flash(_("Submitted. We are checking it and will write to you."), "good")
    return HTTPSeeOther(_project(request, deliverable))


def _complained(
    context: resources.DeliverableContext, request: Request, wrong: Mapping[str, str]
) -> dict[str, Any]:
    """Show what was saved, and what is wrong with it: a sentence for each answer."""
    request.response.status = 422
    # Although the page reports an error, what it shows as saved is.
    request.response.headers["X-Tm"] = "commit"
    return _log(context, request, form=_shown(context, request, wrong))


def _shown(
    context: resources.DeliverableContext, request: Request, wrong: Mapping[str, str]
) -> Markup:
    """Return the form with what was saved, and what is wrong with it."""
    form = _form(context, request)
    if wrong:
        places = [child.name for child in form.children]
        found = colander.Invalid(form.schema)
        for name, sentence in wrong.items():
            found.add(colander.Invalid(form.schema[name], sentence), places.index(name))
        form.widget.handle_error(form, found)
    shown = form.render(schema.shown(context.deliverable, windows.new_tab()))
    return Markup(shown)  # noqa: S704 -- our templates escape


def _said(request: Request, wrong: Mapping[str, Refused]) -> dict[str, str]:
    return {name: request.said(refusal) for name, refusal in wrong.items()}


def _keep(context: resources.DeliverableContext, request: Request) -> Any:
    """Save the form with its files; give a page where that was not possible."""
    form, controls = _form(context, request), list(request.POST.items())
    if changed := rows.with_rows_changed(form, controls):
        return _log(context, request, form=changed)
    try:
        typed = form.validate(_fields(controls))
    except deform.ValidationFailure as failure:
        request.response.status = 422
        shown = Markup(failure.render())  # noqa: S704 -- our own templates escape
        return _log(context, request, form=shown)
    services, deliverable = request.services, context.deliverable
    try:
        services.deliverables.save(
            deliverable,
            schema.log_of(typed),
            revision=typed["revision"],
            tab=typed["tab"],
            by=request.person,
        )
    except OutOfDate as refusal:
        return _clash(context, request, typed, refusal)
    return _keep_files(context, request)


def _keep_files(context: resources.DeliverableContext, request: Request) -> Any:
    """Take in and remove files that came with the form, for those without script.

    A file that is refused does not keep the others out.
    """
    deliverables, deliverable = request.services.deliverables, context.deliverable
    refused = []
    for name, value in request.POST.items():
        if name.startswith(_REMOVE):
            deliverables.remove(deliverable, name.removeprefix(_REMOVE), by=request.person)
        elif name == _UPLOAD and getattr(value, "filename", ""):
            try:
                deliverables.attach(
                    deliverable, name=value.filename, content=value.file, by=request.person
                )
            except WrongFile as refusal:
                refused.append(request.said(refusal))
    return _complained(context, request, {"evidence": " ".join(refused)}) if refused else None


def _fields(controls: list[tuple[str, Any]]) -> list[tuple[str, Any]]:
    """Leave out what is no answer: buttons, and files on their way."""
    left = rows.typed(controls)
    return [(name, value) for name, value in left if not name.startswith((_REMOVE, _UPLOAD))]


def _clash(
    context: resources.DeliverableContext,
    request: Request,
    typed: dict[str, Any],
    refusal: OutOfDate,
) -> Any:
    """Show both texts; saving again replaces what the other window saved."""
    if _is_autosave(request):
        return Response(status=409)
    request.response.status = 409
    form, tab = _form(context, request), windows.new_tab()
    form.validate(_fields(list(request.POST.items())))
    saved = schema.shown(context.deliverable, tab)
    form.clash = form_errors.compared(request, form, saved, request.said(refusal))
    given = {**typed, "revision": context.deliverable.revision, "tab": tab}
    given["held_on"] = typed["held_on"] or colander.null
    given["held_until"] = typed["held_until"] or colander.null
    return _log(context, request, form=form.render(given))


@view_config(
    route_name="deliverable.upload", request_method="PUT", permission="edit", renderer="json"
)
def upload(context: resources.DeliverableContext, request: Request) -> dict[str, str]:
    """Take a piece of evidence that is the request's whole body."""
    it = context.deliverable

    def attach(name: str, content: BinaryIO) -> File:
        return request.services.deliverables.attach(
            it, name=name, content=content, by=request.person
        )

    keys: dict[str, str | int] = {"reference": it.project.reference, "number": it.number}
    return take_in(request, attach, "deliverable.file", largest=EVIDENCE.max_bytes, **keys)


@view_config(route_name="deliverable.file", request_method="GET", permission="view")
def fetch(context: resources.DeliverableContext, request: Request) -> Response:
    """Give evidence to its team; to the fund, once it was submitted."""
    deliverable = context.deliverable
    file = request.services.deliverables.find(deliverable, request.matchdict["token"])
    if file is None or not (is_team(context) or is_told(deliverable)):
        raise HTTPNotFound
    return sent(request, file)


@view_config(route_name="deliverable.reopen", request_method="POST", permission="take_back")
def take_back(context: resources.DeliverableContext, request: Request) -> HTTPSeeOther:
    """Open it for its team again."""
    request.services.deliverables.take_back(context.deliverable, by=request.person)
    request.flash(
        _("The deliverable is reopened. The fund sees it again once you submit it."), "warning"
    )
    return HTTPSeeOther(address(request, context.deliverable))


@view_config(route_name="deliverable.accept", request_method="POST", permission="accept")
def accept(context: resources.DeliverableContext, request: Request) -> HTTPSeeOther:
    """Take it as done."""
    version = request.services.versions.deliverable(context.deliverable)
    form_errors.require_unchanged(request, version)
    request.services.deliverables.accept(context.deliverable, by=request.person)
    public = context.deliverable.project.public
    request.flash(
        _("Accepted. It is now on the project’s public page.") if public else _("Accepted."), "good"
    )
    return HTTPSeeOther(_project(request, context.deliverable))


@view_config(
    route_name="deliverable.return", request_method="POST", permission="return", renderer=PAGE
)
def give_back(context: resources.DeliverableContext, request: Request) -> Any:
    """Return it to the team with a reason."""
    form = _return_form(context, request)
    typed, page = form_errors.answers(request, form)
    if typed is None:
        return _page(context, request, returning=page)
    deliverables = request.services.deliverables
    deliverables.give_back(context.deliverable, reason=typed["reason"], by=request.person)
    request.flash(_("Returned. The team has been notified by email."), "good")
    return HTTPSeeOther(_project(request, context.deliverable))


def _page(
    context: resources.DeliverableContext, request: Request, *, returning: str = ""
) -> dict[str, Any]:
    deliverable, may = context.deliverable, _actions(context)
    if "return" in may:
        returning = returning or _return_form(context, request).render()
    return {
        **about(context.project, request),
        "deliverable": deliverable,
        "actions": may,
        "version": request.services.versions.deliverable(deliverable).token,
        "told": is_team(context) or is_told(deliverable),
        "participants": table(deliverable.participations, request.formats),
        "returning": returning,
        "wrong": request.response.status_int in (409, 422),
    }


def _log(
    context: resources.DeliverableContext,
    request: Request,
    *,
    form: str = "",
) -> dict[str, Any]:
    deliverable = context.deliverable
    shown = form or _shown(context, request, _said(request, too_long(deliverable)))
    page = about(context.project, request)
    return {**page, "deliverable": deliverable, "form": shown}


def _form(context: resources.DeliverableContext, request: Request) -> deform.Form:
    deliverable = context.deliverable
    action = address(request, deliverable)
    upload_address = _address(request, "deliverable.upload", deliverable)
    made = request.form(
        schema.deliverable_form(request.language, unfinished=_is_autosave(request)),
        {"save": _("Save"), "deliver": _("Save and submit")},
        formid="log",
        action=action,
        attributes={
            "data-keep": f"{context.project.project.reference}/{deliverable.number}",
            "data-autosave": "",
            # The script adds the name of the field.
            "data-upload": upload_address.removesuffix("evidence"),
            "hx-post": action,
            "hx-trigger": "input delay:1500ms, change delay:300ms, autosave",
            "hx-swap": "none",
        },
    )
    made.rows_inside = True
    made.files = {it.token: _known(request, deliverable, it) for it in deliverable.evidence}
    status = render("templates:proposals/save_status.jinja2", {}, request)
    made.inside = Markup(status)  # noqa: S704 -- our own template escapes
    return made


def _known(request: Request, deliverable: Deliverable, file: File) -> dict[str, str]:
    url = _file(request, deliverable, file.token)
    return {"name": file.name, "size": request.formats.size(file.size), "url": url}


def _return_form(context: resources.DeliverableContext, request: Request) -> deform.Form:
    action = _address(request, "deliverable.return", context.deliverable)
    version = request.services.versions.deliverable(context.deliverable)
    return request.form(
        Reason(), {"return": _("Return")}, formid="return", action=action, version=version
    )


def _actions(context: resources.DeliverableContext) -> set[str]:
    """Name what whoever asks may do: the same list that lets them in."""
    granted = context.__acl__()
    return {
        action
        for _allow, role, actions in granted
        if role in context.roles
        for action in ([actions] if isinstance(actions, str) else actions)
    }


def _is_autosave(request: Request) -> bool:
    return "HX-Request" in request.headers


def address(request: Request, deliverable: Deliverable) -> str:
    """Return the address of a deliverable's page."""
    return _address(request, "deliverable", deliverable)


def _address(request: Request, route: str, deliverable: Deliverable, **more: str) -> str:
    reference, number = deliverable.project.reference, deliverable.number
    return str(request.route_path(route, reference=reference, number=number, **more))


def _file(request: Request, deliverable: Deliverable, token: str) -> str:
    return _address(request, "deliverable.file", deliverable, token=token)


def _project(request: Request, deliverable: Deliverable) -> str:
    return str(request.route_path("project", reference=deliverable.project.reference))

"""Letters of a fund that did not leave: why, and to be sent again."""

from typing import Any

from pyramid.httpexceptions import HTTPSeeOther
from pyramid.view import view_config

from schemas.forms.base import _
from views.web import resources
from views.web.request import Request

WHY = {
    "unreachable": _("The mail server could not be reached"),
    "refused": _("The mail server refused it: check the address"),
    "unreadable": _("The email can no longer be read: inform the operator"),
}


@view_config(
    route_name="manage.emails",
    request_method="GET",
    permission="send_again",
    renderer="templates:oversight/undelivered_mail.jinja2",
)
def show(context: resources.FundContext, request: Request) -> dict[str, Any]:
    """List what did not leave."""
    letters = request.services.undelivered_mail.of_fund(context.fund, request.person)
    return {"fund_shown": context.fund, "letters": letters, "why": WHY}


@view_config(route_name="manage.emails", request_method="POST", permission="send_again")
def send_again(context: resources.FundContext, request: Request) -> HTTPSeeOther:
    """Try one of them again, or all."""
    outgoing, wanted = request.services.undelivered_mail, request.POST.get("letter", "")
    listed = [letter for letter, _call in outgoing.of_fund(context.fund, request.person)]
    chosen = [it for it in listed if wanted in ("", it.name)]
    count = outgoing.send_again(chosen, by=request.person)
    request.flash(_("Emails being sent again: ${count}.", mapping={"count": count}))
    return HTTPSeeOther(request.route_path("manage.emails", fund=context.fund.code))

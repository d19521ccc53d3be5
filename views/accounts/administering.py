"""Accounts, for administrators of the portal: found, blocked, and opened again."""

from typing import Any

from pyramid.httpexceptions import HTTPNotFound, HTTPSeeOther
from pyramid.view import view_config

from grants.accounts.models import Person
from grants.rules.errors import Refused
from schemas.forms.base import _
from views.web.request import Request

PAGE = "templates:accounts/accounts.jinja2"
LONGEST = 500


@view_config(route_name="accounts", request_method="GET", permission="administer", renderer=PAGE)
def listed(request: Request) -> dict[str, Any]:
    """Find accounts by address or name; at first those that are blocked."""
    return _page(request)


@view_config(
    route_name="account.block", request_method="POST", permission="administer", renderer=PAGE
)
def block(request: Request) -> Any:
    """Close an account: whoever is signed in with it is out."""
    person, reason = _person(request), request.POST.get("reason", "").strip()
    try:
        request.services.people.block(person, reason=reason[:LONGEST], by=request.person)
    except Refused as refusal:
        request.response.status = 409 if reason else 422
        return _page(request, person, request.said(refusal))
    request.flash(_("The account is blocked. Its sessions are ended."))
    return _back(request, person)


@view_config(route_name="account.unblock", request_method="POST", permission="administer")
def unblock(request: Request) -> HTTPSeeOther:
    """Open an account again."""
    person = _person(request)
    request.services.people.unblock(person, by=request.person)
    request.flash(_("The account is unblocked."))
    return _back(request, person)


def _page(request: Request, person: Person | None = None, problem: str = "") -> dict[str, Any]:
    words = request.GET.get("q", "")[:100]
    found = [person] if person else request.services.people.find(words)
    return {
        "words_sought": words,
        "people": found,
        "problem": problem,
        "reason": request.POST.get("reason", "") if problem else "",
    }


def _person(request: Request) -> Person:
    found = request.services.people.get(int(request.matchdict["number"]))
    if found is None:
        raise HTTPNotFound
    return found


def _back(request: Request, person: Person) -> HTTPSeeOther:
    return HTTPSeeOther(request.route_path("accounts", _query={"q": person.email}))

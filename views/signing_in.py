"""What happens to a stranger who wants more than strangers get."""

from urllib.parse import urlencode

from pyramid.httpexceptions import HTTPSeeOther
from pyramid.response import Response

from views.request import Request


def ask_to_sign_in(request: Request) -> Response:
    """Send a stranger to the door, and remember where they wanted to go."""
    query = urlencode({"next": request.path_qs}) if request.method == "GET" else ""
    return HTTPSeeOther(f"{request.route_path('sign_in')}?{query}".rstrip("?"))

"""The portal's cookies: for this host alone, out of reach for scripts, secure under https."""

from pyramid.response import Response

from views.web.request import Request

SESSION = "session"
"""Holds the token of the session that a browser is signed in with."""


def read(request: Request, name: str) -> str | None:
    """Return what the browser holds under that name."""
    held: str | None = request.cookies.get(_full(request, name))
    return held or None


def write(
    request: Request, response: Response, name: str, value: str, *, max_age: int | None = None
) -> None:
    """Have the browser hold a value; without an age until it is closed."""
    response.set_cookie(
        _full(request, name),
        value,
        max_age=max_age,
        path="/",
        httponly=True,
        samesite="Lax",
        secure=request.scheme == "https",
    )


def remove(request: Request, response: Response, name: str) -> None:
    """Have the browser forget a value."""
    # A __Host- cookie is only taken, and so only removed, when it is marked as secure.
    response.set_cookie(
        _full(request, name),
        "",
        max_age=0,
        path="/",
        httponly=True,
        samesite="Lax",
        secure=request.scheme == "https",
    )


def _full(request: Request, name: str) -> str:
    # The prefix keeps subdomains, and whoever listens in without https, from planting one.
    return f"__Host-{name}" if request.scheme == "https" else name

"""What every answer tells browsers to refuse."""

from pyramid.events import NewResponse, subscriber

from views.web.request import Request
from views.web.session import cookies
from views.web.session.sessions import idle_until

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
_A_YEAR = 365 * 24 * 3600


@subscriber(NewResponse)
def guard(event: NewResponse) -> None:
    """Add the headers; a stricter policy that a view has set stays."""
    request, headers = event.request, event.response.headers
    for name, value in HEADERS.items():
        headers.setdefault(name, value)
    if request.scheme == "https":
        headers.setdefault("Strict-Transport-Security", f"max-age={_A_YEAR}")
    # Was for pyramid_tm, which has run by now.
    headers.pop("X-Tm", None)
    _guard_privacy(request, event)


def _guard_privacy(request: Request, event: NewResponse) -> None:
    # The transaction is over: only look at whom the page already knew.
    held = request.__dict__.get("web_session")
    if held is not None:
        event.response.headers["Cache-Control"] = "no-store"
        event.response.headers["Session-Idle-Until"] = idle_until(request, held).isoformat()
    elif cookies.read(request, cookies.SESSION):
        # Nobody asked who is there. What is the same for all says so itself, as styles do.
        event.response.headers.setdefault("Cache-Control", "no-store")

"""How a page shows itself: as the fund does that it belongs to, or as the portal."""

from pyramid.config import Configurator
from pyramid.httpexceptions import HTTPNotFound
from pyramid.response import Response
from pyramid.security import NO_PERMISSION_REQUIRED
from pyramid.view import view_config

from grants import models
from grants.kit.branding import Branding, ink_on, is_colour
from views.web.request import Request

_A_YEAR = 31_536_000


def includeme(config: Configurator) -> None:
    """Offer `request.fund` and `request.branding`."""
    config.add_request_method(_fund, "fund", property=True)
    config.add_request_method(_branding, "branding", property=True)
    config.add_request_method(show_fund)


def show_fund(request: Request, fund: models.Fund) -> None:
    """Have a page show itself as a fund does, where its address stands for nothing of one."""
    request.shown_fund = fund


def _fund(request: Request) -> models.Fund | None:
    """Return the fund that a page belongs to, if it does to one."""
    if request.shown_fund is None:
        # Before an address is looked up, there is none.
        request.shown_fund = getattr(getattr(request, "context", None), "fund", None)
    return request.shown_fund


def _branding(request: Request) -> Branding:
    """Return how the page shows itself."""
    own: Branding = request.registry["portal"].settings.branding
    if request.fund is None:
        return own
    if request.shown_branding is None:
        request.shown_branding = request.fund.branded(own)
    return request.shown_branding


def stylesheet(request: Request) -> str:
    """Return the address of the colours of a page."""
    return request.route_path("fund.css", _query={"accent": request.branding.accent[1:]})


def logo(request: Request) -> dict[str, object] | None:
    """Return the address of the picture beside the name, with its size; none without one."""
    found = request.branding.logo
    if found is None or request.fund is None:
        address = request.registry.settings.get("portal.logo")
        return {"url": address} if address else None
    query = {"v": found.sha256[:10]}
    return {
        "url": request.route_path("fund.logo", fund=request.fund.code, _query=query),
        "width": found.width,
        "height": found.height,
    }


@view_config(
    route_name="fund.css",
    request_method="GET",
    permission=NO_PERMISSION_REQUIRED,
)
def fund_css(request: Request) -> Response:
    """Serve the colour that the address names, with the ink that stands out on it."""
    asked = f"#{request.GET.get('accent', '')}"
    accent = asked if is_colour(asked) else request.registry["portal"].settings.branding.accent
    sheet = f":root {{ --fund-accent: {accent}; --fund-accent-ink: {ink_on(accent)} }}\n"
    response = Response(text=sheet, content_type="text/css", charset="utf-8")
    return _cached(response, for_good=accent == asked)


@view_config(route_name="fund.logo", request_method="GET", permission=NO_PERMISSION_REQUIRED)
def fund_logo(request: Request) -> Response:
    """Serve a fund's logo; browsers keep it under its hash."""
    shown = request.services.funds.logo(request.matchdict["fund"])
    found = shown.logo if shown else None
    if shown is None or found is None:
        raise HTTPNotFound
    response = Response(body=shown.logo_png, content_type="image/png")
    return _cached(response, for_good=request.GET.get("v") == found.sha256[:10])


def _cached(response: Response, *, for_good: bool) -> Response:
    """Have browsers keep for good what its address names, and anything else not for long."""
    kept = f"public, max-age={_A_YEAR}, immutable" if for_good else "public, max-age=300"
    response.headers["Cache-Control"] = kept
    return response

"""The web face of the portal."""

from pyramid.config import Configurator
from pyramid.events import NewRequest


def includeme(config: Configurator) -> None:
    """Set up pages, forms and security."""
    # Looked at before anything waits for the database: the moment of arrival is what counts.
    config.add_subscriber(lambda event: event.request.arrived_at, NewRequest)
    config.include("views.web.session.security")
    config.include("views.web.session.sessions")
    config.include("views.web.branding")
    config.include("views.web.language")
    config.include("views.web.rendering")
    config.include("views.web.responses.compression")
    config.include("views.web.forms.request_form")
    config.include("views.web.responses.unprintable")
    config.include("views.evaluation.interests")
    config.include("views.web.session.devices")
    config.include("views.web.routes")
    config.scan("views")

"""The web face of the portal."""

from pyramid.config import Configurator
from pyramid.events import NewRequest


def includeme(config: Configurator) -> None:
    """Set up pages, forms and security."""
    # Looked at before anything waits for the database: the moment of arrival is what counts.
    config.add_subscriber(lambda event: event.request.arrived_at, NewRequest)
    config.include("views.security")
    config.include("views.sessions")
    config.include("views.language")
    config.include("views.rendering")
    config.include("views.compression")
    config.include("views.forms")
    config.include("views.printing")
    config.include("views.conflicts")
    config.include("views.devices")
    config.include("views.routes")
    config.scan("views")

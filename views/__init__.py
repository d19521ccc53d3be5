"""The web face of the portal."""

from pyramid.config import Configurator


def includeme(config: Configurator) -> None:
    """Set up pages, forms and security."""
    config.include("views.security")
    config.include("views.sessions")
    config.include("views.language")
    config.include("views.rendering")
    config.include("views.forms")
    config.include("views.conflicts")
    config.include("views.routes")
    config.scan("views")

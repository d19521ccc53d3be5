"""The window from which somebody saves: its own name, and the save that it had read."""

import secrets

from views.web.request import Request


def revision(request: Request) -> int:
    """Return the save on top of which a window saves, from the address; 0 for what is no number."""
    given = request.params.get("revision", "")
    return int(given) if given.isascii() and given.isdecimal() and len(given) < 10 else 0


def tab(request: Request) -> str:
    """Return the name of the window that saves, from the address; empty where it has none."""
    return str(request.params.get("tab", ""))[:64]


def new_tab() -> str:
    """Name a window that opens."""
    return secrets.token_hex(8)

"""Whoever types what our PDFs cannot print is told when it is saved."""

from collections.abc import Callable, Iterator
from typing import Any

from pyramid.config import Configurator

from grants.kit.pdf import fonts
from schemas.forms.base import _
from views.web.request import Request

MOST = 12
"""How many characters are named: enough to know the script."""


def includeme(config: Configurator) -> None:
    """Look at what every form sent, wherever it leads."""
    config.add_view_deriver(warned_of_boxes, "warned_of_boxes")


def warned_of_boxes(view: Callable[[Any, Request], Any], _info: object) -> Callable[..., Any]:
    """Name the characters of a saved form that print as boxes; nothing is refused for them."""

    def wrapped(context: Any, request: Request) -> Any:
        response = view(context, request)
        saved = request.method == "POST" and getattr(response, "status_code", 0) == 303
        if saved and request.exception is None:
            boxes = fonts.unprintable("".join(dict.fromkeys("".join(_texts(request)))))
            if boxes:
                mapping = {"characters": " ".join(boxes[:MOST]) + (" …" if boxes[MOST:] else "")}
                said = _(
                    "Saved, but our PDFs cannot print these characters yet, and show a box instead:"
                    " ${characters}. Please write this part in other letters as well.",
                    mapping=mapping,
                )
                request.flash(said, "warning")
        return response

    return wrapped


def _texts(request: Request) -> Iterator[str]:
    for name, value in request.POST.items():
        if isinstance(value, str) and "password" not in name and not value.isascii():
            yield value

"""Lists that are shown page by page: which page is asked for, and where the others are."""

from typing import Any

from views.request import Request


def asked(request: Request) -> int:
    """Give the page that is asked for, counted from 1; the first one for what is no number."""
    typed = request.GET.get("page", "1")
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 6 else 1


def address(request: Request, **changed: str) -> str:
    """Write the address of the list as it is, but for what is changed; empty leaves it out."""
    kept = [(name, value) for name, value in request.GET.items() if name not in changed]
    query = [*kept, *((name, value) for name, value in changed.items() if value)]
    return str(request.current_route_path(_query=query))


def links(request: Request, shown: int, pages: int) -> dict[str, Any]:
    """Give what the template's `pager` wants: all pages, the one before and the one after."""

    def to(number: int) -> str:
        return address(request, page=str(number))

    return {
        "pages": [(each, "" if each == shown else to(each)) for each in range(1, pages + 1)],
        "previous": to(shown - 1) if shown > 1 else "",
        "next": to(shown + 1) if shown < pages else "",
    }

"""Lists that are shown page by page: which page is asked for, and where the others are."""

from typing import Any

from views.web.request import Request

_AROUND = 3


def asked(request: Request, name: str = "page") -> int:
    """Return the page that is asked for, counted from 1; the first one for what is no number.

    `name` tells the lists of a page apart that has several.
    """
    typed = request.GET.get(name, "1")
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 6 else 1


def address(request: Request, **changed: str) -> str:
    """Write the address of the list as it is, but for what is changed; empty leaves it out."""
    kept = [(name, value) for name, value in request.GET.items() if name not in changed]
    query = [*kept, *((name, value) for name, value in changed.items() if value)]
    return str(request.current_route_path(_query=query))


def links(request: Request, shown: int, pages: int, name: str = "page") -> dict[str, Any]:
    """Return what the template's `pager` wants: some pages, the one before and the one after.

    The first, the last and those around the page shown; 0 stands for those left out.
    """

    def to(number: int) -> str:
        return address(request, **{name: str(number)})

    return {
        "pages": [(each, "" if each in (0, shown) else to(each)) for each in near(shown, pages)],
        "previous": to(shown - 1) if shown > 1 else "",
        "next": to(shown + 1) if shown < pages else "",
    }


def near(shown: int, pages: int) -> list[int]:
    """Name the pages that are linked from one; 0 where some are left out."""
    kept = [it for it in range(1, pages + 1) if it in (1, pages) or abs(it - shown) <= _AROUND]
    found: list[int] = []
    for number in kept:
        if found and number - found[-1] == 2:
            found.append(number - 1)
        elif found and number - found[-1] > 2:
            found.append(0)
        found.append(number)
    return found

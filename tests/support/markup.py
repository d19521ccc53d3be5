"""Reading forms out of pages: what a browser would send, and what some readers could not use."""

from collections.abc import Iterator

from bs4 import BeautifulSoup, Tag


def soup(html: str) -> BeautifulSoup:
    """Parse a page; what stands in templates is not part of it."""
    page = BeautifulSoup(html, "html.parser")
    for template in page.find_all("template"):
        template.decompose()
    return page


def controls(html: str) -> list[tuple[str, str]]:
    """List what a browser sends when the form is submitted by nobody's button."""
    fields = soup(html).select("form input[name], form select[name], form textarea[name]")
    return [(str(f["name"]), value) for f in fields for value in _values(f)]


def _values(field: Tag) -> Iterator[str]:
    if field.name == "textarea":
        text = field.decode_contents(formatter=None)
        text = BeautifulSoup(text, "html.parser").get_text() if "&" in text else text
        yield text.removeprefix("\n").replace("\n", "\r\n")
    elif field.name == "select":
        chosen = field.select("option[selected]")
        yield str((chosen or field.select("option"))[0]["value"])
    elif field.get("type") in ("checkbox", "radio"):
        if field.has_attr("checked"):
            yield str(field.get("value", "on"))
    elif field.get("type") != "file":
        yield str(field.get("value", ""))


def faults(html: str) -> list[str]:
    """Name what a reader with a keyboard, a screen reader or a strict policy could not use."""
    page = BeautifulSoup(html, "html.parser")
    return [
        *_unlabelled(soup(html)),
        *_dangling(soup(html)),
        *_inline(page),
        *(f"no legend: {f}" for f in page.find_all("fieldset") if f.find("legend") is None),
        *_twice(soup(html)),
    ]


def _unlabelled(page: BeautifulSoup) -> Iterator[str]:
    labelled = {label.get("for") for label in page.find_all("label")}
    for field in page.select("input, select, textarea"):
        if field.get("type") != "hidden" and field.get("id") not in labelled:
            yield f"no label: {field}"


def _dangling(page: BeautifulSoup) -> Iterator[str]:
    ids = {tag["id"] for tag in page.select("[id]")}
    for name in ("aria-describedby", "aria-labelledby"):
        for tag in page.select(f"[{name}]"):
            yield from (f"{name}: no {one}" for one in str(tag[name]).split() if one not in ids)
    for link in page.select('a[href^="#"]'):
        if str(link["href"])[1:] not in ids:
            yield f"leads nowhere: {link}"
    for label in page.select("label[for]"):
        if label["for"] not in ids:
            yield f"label of nothing: {label}"


def _inline(page: BeautifulSoup) -> Iterator[str]:
    yield from (f"inline: {tag}" for tag in page.find_all(["script", "style"]))
    for tag in page.find_all(True):
        for name in tag.attrs:
            if name == "style" or name.startswith(("on", "hx-on")):
                yield f"inline {name}: {tag.name}"


def _twice(page: BeautifulSoup) -> Iterator[str]:
    ids = [tag["id"] for tag in page.select("[id]")]
    yield from (f"id twice: {one}" for one in sorted({one for one in ids if ids.count(one) > 1}))

"""What a page offers: its links, pictures, forms that only look, and buttons that do something."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urldefrag, urlencode, urljoin, urlsplit

import lxml.html
from lxml.html import HtmlElement
from webtest import TestResponse

HOST = "http://localhost"
_LEADING = "//a/@href | //img/@src | //object/@data | //link/@href"
_FIELDS = ("input", "select", "textarea", "button")


@dataclass(frozen=True)
class Button:
    """A button of a form, or Enter where a form has none: where it leads, and what it sends."""

    action: str
    sent: tuple[tuple[str, str], ...]


def addresses(answer: TestResponse, here: str) -> list[str]:
    """List the addresses of the portal that the answer leads to, as it was asked for at `here`."""
    if "Location" in answer.headers:
        return list(_ours([answer.headers["Location"]], here))
    if answer.content_type != "text/html":
        return []
    return list(_ours(_leads(answer.body), here))


@lru_cache(8)
def parsed(page: bytes) -> HtmlElement:
    """Read a page, once for all that is looked for in it; nobody may change what was read."""
    return lxml.html.document_fromstring(page)


@lru_cache(500)
def _leads(page: bytes) -> tuple[str, ...]:
    """Read the links of a page; of pages that look alike to two readers one is read."""
    root = parsed(page)
    found = [str(it) for it in root.xpath(_LEADING) if it]
    for form in _forms(root, "get"):
        fields = [(it.get("name"), it.get("value", "")) for it in form.xpath(".//*[@name]")]
        found.append(f"{form.get('action', '')}?{urlencode(fields)}")
    return tuple(found)


@lru_cache(500)
def buttons(page: bytes) -> tuple[Button, ...]:
    """List the buttons that change something, each with the fields as the page filled them."""
    root = parsed(page)
    found = []
    for form in _forms(root, "post"):
        fields = _fields_of(form, root)
        pressed = [it for it in fields if _kind(it) == "submit"]
        for button in pressed or [None]:
            sent = tuple(pair for field in fields for pair in _sent(field, button))
            found.append(Button(form.get("action", ""), sent))
    return tuple(found)


def main_text(page: bytes) -> str:
    """Return what the main part of a page says."""
    (main,) = parsed(page).iter("main")
    return " ".join(str(it) for it in main.itertext()).strip()


def _forms(root: HtmlElement, method: str) -> Iterator[HtmlElement]:
    return (it for it in root.iter("form") if it.get("method", "get").lower() == method)


def _fields_of(form: HtmlElement, root: HtmlElement) -> list[HtmlElement]:
    """List what a form sends, in the order of the page: what is in it, or names it elsewhere."""
    inside, name = set(form.iter(*_FIELDS)), form.get("id")
    named = set(root.xpath("//*[@form=$name]", name=name)) if name else set()
    if not named:
        return list(form.iter(*_FIELDS))
    return [it for it in root.iter(*_FIELDS) if it in inside or it in named]


def _kind(field: HtmlElement) -> str:
    if field.tag == "input":
        return str(field.get("type", "text"))
    return str(field.get("type", "submit") if field.tag == "button" else field.tag)


def _sent(field: HtmlElement, pressed: HtmlElement | None) -> Iterator[tuple[str, str]]:
    name, kind = field.get("name"), _kind(field)
    if not name or kind in ("file", "button", "reset") or "disabled" in field.attrib:
        return
    if kind == "select":
        options = field.findall(".//option")
        chosen = [it for it in options if "selected" in it.attrib]
        alone = options[:1] if "multiple" not in field.attrib else []
        yield from ((name, _option(it)) for it in chosen or alone)
    elif kind == "textarea":
        yield name, field.text_content().removeprefix("\n")
    elif kind in ("checkbox", "radio"):
        if "checked" in field.attrib:
            yield name, field.get("value", "on")
    elif kind != "submit" or field is pressed:
        yield name, field.get("value", "")


def _option(option: HtmlElement) -> str:
    return str(option.get("value", option.text_content()))


def _ours(links: Iterable[str], here: str) -> Iterator[str]:
    for link in links:
        whole = urldefrag(urljoin(HOST + here, link)).url
        if urlsplit(whole).netloc == "localhost":
            yield whole.removeprefix(HOST) or "/"

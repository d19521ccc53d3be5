"""What a page offers to go to: its links, pictures, and forms that only look."""

from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import urldefrag, urlencode, urljoin, urlsplit

import lxml.html
from webtest import TestResponse

HOST = "http://localhost"
_OFFERS = "//a/@href | //img/@src | //object/@data | //link/@href | //@hx-get"
_LOOKING = '//form[not(@method) or translate(@method, "GET", "get") = "get"]'


def offered(answer: TestResponse, here: str) -> list[str]:
    """List the addresses of the portal that the answer leads to, as it was asked for at `here`."""
    if "Location" in answer.headers:
        return list(_ours([answer.headers["Location"]], here))
    return list(_ours(_offers(answer.body), here)) if answer.content_type == "text/html" else []


@lru_cache(512)
def _offers(page: bytes) -> tuple[str, ...]:
    """Read a page; one that looks alike for two readers is read once."""
    root = lxml.html.document_fromstring(page)
    found = [str(it) for it in root.xpath(_OFFERS) if it]
    for form in root.xpath(_LOOKING):
        fields = [(it.get("name"), _value(it)) for it in form.xpath(".//*[@name]")]
        found.append(f"{form.get('action', '')}?{urlencode(fields)}")
    return tuple(found)


def _value(field: lxml.html.HtmlElement) -> str:
    return str(field.get("value", ""))


def _ours(links: Iterator[str] | list[str] | tuple[str, ...], here: str) -> Iterator[str]:
    for link in links:
        whole = urldefrag(urljoin(HOST + here, link)).url
        if urlsplit(whole).netloc == "localhost":
            yield whole.removeprefix(HOST) or "/"

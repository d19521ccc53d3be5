"""A browser without script, for functional tests.

WebTest reads each form of a page anew from its text, and looks through the whole page for the
fields of each: on a page with many forms that is most of what a test takes. Here a form is read
when it is asked for, from the page as it was read already.
"""

import re
from collections.abc import Iterator
from typing import Any

from bs4 import Tag
from webtest import TestApp, TestRequest, TestResponse
from webtest.forms import Form

_TEMPLATE = re.compile(rb"<template\b.*?</template>", re.DOTALL)
_FIELDS = ("input", "select", "textarea", "button")


class _Found:
    """The fields of a form, in the order of the page, where WebTest looks for them."""

    def __init__(self, fields: list[Tag]) -> None:
        self._fields = fields

    def find_all(self, _names: tuple[str, ...]) -> list[Tag]:
        return self._fields


class _ReadForm(Form):
    def __init__(self, response: TestResponse, form: Tag) -> None:
        self.response, self.id = response, None
        self.action, self.method = form.get("action", ""), form.get("method", "GET")
        self.enctype = form.get("enctype", "application/x-www-form-urlencoded")
        self.html = _Found(_fields_of(form, response.html))
        self._parse_fields()
        self.html, self.id = form, form.get("id")

    @property
    def text(self) -> str:
        """The form as it is written."""
        return str(self.html)


def _fields_of(form: Tag, page: Tag) -> list[Tag]:
    """List what a form sends: what is in it, and what names it from elsewhere."""
    inside = form.find_all(_FIELDS)
    named = page.find_all(_FIELDS, attrs={"form": form["id"]}) if form.get("id") else []
    if not named:
        return list(inside)
    mine = {id(it) for it in (*inside, *named)}
    return [it for it in page.find_all(_FIELDS) if id(it) in mine]


class _Forms(dict[int | str, Form]):
    """The forms of a page by their place and by their name, each read when it is asked for."""

    def __init__(self, response: TestResponse) -> None:
        tags = response.html.find_all("form")
        super().__init__(dict.fromkeys(range(len(tags))))
        self.update({tag["id"]: None for tag in tags if tag.get("id")})
        self._response, self._tags = response, tags
        self._named = {tag["id"]: at for at, tag in enumerate(tags) if tag.get("id")}

    def __getitem__(self, key: int | str) -> Form:
        at = self._named.get(key, key)
        form = super().__getitem__(at)
        if form is None:
            form = _ReadForm(self._response, self._tags[at])
            self[at] = form
        return form

    def get(self, key: int | str, default: Any = None) -> Any:
        return self[key] if key in self else default  # noqa: SIM401 -- reading it is the point

    def values(self) -> Iterator[Form]:  # type: ignore[override]
        return (self[key] for key in self)

    def items(self) -> Iterator[tuple[int | str, Form]]:  # type: ignore[override]
        return ((key, self[key]) for key in self)


class Page(TestResponse):
    """An answer whose forms are read as they are asked for."""

    def _parse_forms(self) -> None:
        self._forms_indexed = _Forms(self)


class _Request(TestRequest):
    ResponseClass = Page


class Browser(TestApp):
    """What WebTest offers, less what no browser would post: the inputs inside `<template>`."""

    __test__ = False
    RequestClass = _Request

    def __init__(self, *given: Any, **named: Any) -> None:
        # Python's own reader of HTML took a quarter of a test's time.
        super().__init__(*given, **{"parser_features": "lxml"} | named)

    def do_request(self, *given: Any, **named: Any) -> TestResponse:
        """Go to a page, and forget its templates."""
        response = super().do_request(*given, **named)
        if response.content_type == "text/html":
            response.body = without_templates(response.body)
        return response


def without_templates(page: bytes) -> bytes:
    """Leave out what is inside `<template>`."""
    return _TEMPLATE.sub(b"", page)

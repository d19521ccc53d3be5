"""A browser without script, for functional tests."""

import re
from typing import Any

from webtest import TestApp, TestResponse

_TEMPLATE = re.compile(rb"<template\b.*?</template>", re.DOTALL)


class Browser(TestApp):
    """What WebTest offers, less what no browser would post: the inputs inside `<template>`."""

    __test__ = False

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

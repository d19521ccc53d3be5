"""Every page in a real browser: axe finds nothing, at desktop and phone width."""

import pytest

pytestmark = pytest.mark.browser


@pytest.fixture(scope="session")
def database_kind():
    """What a page looks like does not hang on the database."""
    return "sqlite"


PUBLIC = (
    "/",
    "/calls",
    "/calls/IUC-2020",
    "/calendar",
    "/accessibility",
    "/privacy",
    "/awarded",
    "/sign-in",
    "/register",
    "/forgot",
    "/nowhere",
)


@pytest.mark.usefixtures("iuc")
@pytest.mark.parametrize("path", PUBLIC)
def test_public_pages_are_accessible(visit, path):
    reader = visit()

    reader.go(path)

    reader.require_accessible()
    reader.shoot("public" + path.replace("/", "-").rstrip("-"))

"""Every page in a real browser: axe finds nothing, at desktop and phone width."""

import pytest
from playwright.sync_api import expect

from grants.kit.clock import Rehearsal
from tests.support.proposals import written

pytestmark = pytest.mark.browser


PUBLIC = (
    "/",
    "/calls",
    "/calls/IUC-2020",
    "/calendar",
    "/accessibility",
    "/privacy",
    "/awards",
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


def test_the_ledger_is_accessible(visit, services, iuc, session):
    services.proposals.submit(written(services, iuc.call, iuc.granada, iuc.lucia), by=iuc.lucia)
    session.commit()
    helena = visit()
    helena.sign_in(iuc.helena.email)

    helena.go(f"/manage/funds/{iuc.fund.code}/ledger")

    helena.require_accessible()
    helena.require_reflow()
    helena.shoot("ledger")


def test_the_register_is_accessible(visit, iuc):
    helena = visit()
    helena.sign_in(iuc.helena.email)
    fund = f"/manage/funds/{iuc.fund.code}"

    for name, path in (
        ("organisations", "organisations"),
        ("organisation", f"organisations/{iuc.granada.id}"),
        ("pairings", "pairings"),
        ("pairing", "pairings/new"),
    ):
        page = helena.go(f"{fund}/{path}")
        helena.require_accessible()
        helena.require_reflow()
        helena.shoot(f"register-{name}")

    page.get_by_role("button", name="Save").click()
    expect(page.locator(".error-summary")).to_be_visible()
    helena.require_errors_told()
    helena.require_accessible()
    helena.shoot("register-pairing-errors")


@pytest.mark.usefixtures("iuc")
def test_the_clock_of_a_rehearsal_is_accessible(visit, app, tmp_path, monkeypatch):
    monkeypatch.setitem(app.registry, "clock", Rehearsal(tmp_path / "clock"))
    reader = visit()
    page = reader.go("/dev/clock")
    reader.require_accessible()

    page.get_by_role("button", name="Move the clock forward").click()

    expect(page.locator(".error-summary")).to_be_visible()
    reader.require_errors_told()
    reader.require_accessible()
    reader.require_reflow()
    reader.shoot("clock")

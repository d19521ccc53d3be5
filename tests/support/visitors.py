"""A real browser on a real server: Debian's Chromium, driven by Playwright.

Folders whose tests need one import these fixtures in their conftest.py.
"""

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlalchemy as sa
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from pyramid.router import Router
from waitress import wasyncore
from waitress.server import create_server

from grants.accounts.models import Person
from grants.portal import Portal
from tests.support import world
from tests.support.running import run_waiting

SHOTS = os.environ.get("GRANTS_SCREENSHOTS")
"""Where pictures of every page are put; nowhere if it is not set."""

WIDTHS = (1280, 390)
SCREENS = (1280, 1024, 820, 768, 390)
"""How wide windows are: of laptops, tablets and phones."""
PATIENCE = 30_000
"""Milliseconds within which a page does what is expected of it, also on a busy machine."""


UNTOLD = Path(__file__).with_name("untold.js").read_text()
TOO_WIDE = """() => {
  const root = document.documentElement;
  if (root.scrollWidth <= root.clientWidth) return "";
  const far = [...document.querySelectorAll("main *")].filter((it) =>
    it.getBoundingClientRect().right > root.clientWidth + 1 && !it.closest(".visually-hidden"));
  return far.slice(0, 3).map((it) => it.outerHTML.slice(0, 120)).join("\\n") || "something";
}"""
REACHED = """(href) => {
  const target = document.getElementById(decodeURIComponent(href.slice(1)));
  const focused = document.activeElement;
  return Boolean(target && focused && (target === focused || target.contains(focused)));
}"""


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Start the browser once."""
    # The same browser without windows, which draws with half the work, where there is one.
    path = shutil.which("chromium-headless-shell") or shutil.which("chromium")
    if path is None:
        pytest.fail("These tests need Chromium (Debian: apt install chromium).", pytrace=False)
    options = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
    options += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=options)
        yield browser
        browser.close()


@pytest.fixture
def address(app: Router) -> Iterator[str]:
    """Serve the test's portal on a port of its own."""
    sockets: dict[int, object] = {}
    server = create_server(app, host="127.0.0.1", port=0, threads=4, map=sockets)
    stopped = threading.Event()
    thread = threading.Thread(target=_serve, args=(sockets, stopped), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    stopped.set()
    server.pull_trigger()
    thread.join()
    server.task_dispatcher.shutdown()
    wasyncore.close_all(sockets, ignore_all=True)


def _serve(sockets: dict[int, object], stopped: threading.Event) -> None:
    """Serve until told otherwise, and leave what is open to be closed by whoever told."""
    while not stopped.is_set():
        wasyncore.loop(map=sockets, count=1)


@dataclass
class Visitor:
    """Somebody with a browser window of their own."""

    context: BrowserContext
    page: Page
    address: str
    axe: Axe
    open_session: Callable[[str], str]

    def go(self, path: str) -> Page:
        """Open a page of the portal."""
        self.page.goto(self.address + path)
        return self.page

    def sign_in(self, email: str) -> None:
        """Be signed in, without a way through the form."""
        token = self.open_session(email)
        self.context.add_cookies([{"name": "session", "value": token, "url": self.address}])

    def sign_in_by_form(self, email: str, password: str = world.PASSWORD) -> None:
        """Sign in as people do."""
        self.go("/sign-in")
        self.page.get_by_label("Email").fill(email)
        self.page.get_by_label("Password").fill(password)
        self.page.get_by_role("button", name="Sign in").click()
        self.page.wait_for_url("**/work")

    def require_accessible(self) -> None:
        """Fail if axe finds anything on the page that is open."""
        self.page.wait_for_load_state()
        found = self.axe.run(self.page)
        assert found.violations_count == 0, f"{self.page.url}\n{found.generate_report()}"

    def require_reflow(self) -> None:
        """Fail if a window as narrow as 320 pixels has to be scrolled to the side."""
        self.page.set_viewport_size({"width": 320, "height": 900})
        wide = self.page.evaluate(TOO_WIDE)
        self.page.set_viewport_size({"width": WIDTHS[0], "height": 900})
        assert not wide, f"{self.page.url} is too wide: {wide}"

    def require_fit(self) -> None:
        """Fail if the page has to be scrolled to the side on any screen that people have."""
        for width in SCREENS:
            self.page.set_viewport_size({"width": width, "height": 900})
            wide = self.page.evaluate(TOO_WIDE)
            assert not wide, f"{self.page.url} is too wide for {width} pixels: {wide}"
        self.page.set_viewport_size({"width": WIDTHS[0], "height": 900})

    def require_errors_told(self) -> None:
        """Fail unless those who listen, or use the keyboard alone, are told what is wrong."""
        self.page.wait_for_load_state()  # the script that moves the focus comes last
        untold = self.page.evaluate(UNTOLD)
        assert not untold, f"{self.page.url}\n" + "\n".join(untold)
        links = self.page.locator(".error-summary a")
        for number in range(links.count()):
            links.nth(number).focus()
            self.page.keyboard.press("Enter")
            reached = self.page.evaluate(REACHED, links.nth(number).get_attribute("href"))
            assert reached, f"{self.page.url}: {links.nth(number).inner_text()}"

    def shoot(self, name: str) -> None:
        """Take a picture of the page at both widths, if pictures are wanted."""
        if not SHOTS:
            return
        for width in WIDTHS:
            self.page.set_viewport_size({"width": width, "height": 900})
            path = Path(SHOTS) / f"{name}-{width}.png"
            self.page.screenshot(path=path, full_page=True)
        self.page.set_viewport_size({"width": WIDTHS[0], "height": 900})


@pytest.fixture
def open_session(app: Router, portal: Portal) -> Callable[[str], str]:
    """Begin a session of somebody's, and name its token."""

    def opened(email: str) -> str:
        with portal.writing() as services:
            person = services.db.scalars(sa.select(Person).filter_by(email=email)).one()
            return services.sessions.open(person, lifetime=app.registry["session.lifetime"])

    return opened


@pytest.fixture
def visit(
    chromium: Browser, address: str, request: pytest.FixtureRequest
) -> Iterator[Callable[[], Visitor]]:
    """Open a fresh browser window for each who asks."""
    opened: list[BrowserContext] = []
    wrong: list[str] = []

    def open_session(email: str) -> str:
        # Only when it is asked for: a portal in a process of its own lets people in by its form.
        return str(request.getfixturevalue("open_session")(email))

    def visitor(**options: object) -> Visitor:
        context = chromium.new_context(
            viewport={"width": WIDTHS[0], "height": 900},
            locale="en-GB",
            reduced_motion="reduce",
            **options,
        )
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(f"{page.url}: {error}"))
        page.on("console", lambda said: wrong.extend(_forbidden(page, said.text)))
        opened.append(context)
        return Visitor(context, page, address, Axe(), open_session)

    yield visitor
    for context in opened:
        context.close()
    assert not wrong, "\n".join(wrong)


def _forbidden(page: Page, said: str) -> list[str]:
    """Give what the page tried to load and may not."""
    # Arrows of Bootstrap's own, asked for in the moment before our stylesheet replaces them.
    if "Content Security Policy" not in said or "data:image/svg+xml" in said:
        return []
    return [f"{page.url}: {said}"]


@pytest.fixture
def run_jobs(portal: Portal) -> Callable[[], object]:
    """Run the jobs that wait, as the worker would."""
    return lambda: run_waiting(portal)

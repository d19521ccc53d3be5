"""Seeded portals behind the tests' one application, with what each request costs noted."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from grants.kit.settings import parse
from grants.portal import Portal
from tests.conftest import SETTINGS
from tests.load.bench import SeededPortal
from tests.load.measuring import Metered
from tests.load.seeding import NOW, Seeding, Size
from tests.support.clock import Clock


def seeded_portal(
    application: Any,
    url: str,
    files: Path,
    size: Size,
    *,
    watch: Callable[[sa.Engine], None] | None = None,
) -> SeededPortal:
    """Fill a database that has its tables; `watch` listens to its engine from the beginning."""
    portal = Portal(
        parse(SETTINGS | {"sqlalchemy.url": url, "storage.url": f"file://{files}"}), Clock(NOW)
    )
    if watch:
        watch(portal.engine)
    with portal.sessions() as session:
        seeded = Seeding(session, portal.storage, size).seed()
    return SeededPortal(portal, Metered(_over(application, portal), portal.engine), seeded)


def _over(application: Any, portal: Portal) -> Callable[[Any, Any], Any]:
    def app(environ: Any, start_response: Any) -> Any:
        application.registry["portal"], application.registry["clock"] = portal, portal.clock
        return application(environ, start_response)

    return app

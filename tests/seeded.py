"""Seeded portals behind the tests' one application, with what each request costs noted."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from grants.core import Core
from grants.settings import parse
from tests.clock import Clock
from tests.conftest import SETTINGS
from tests.load.bench import Portal
from tests.load.measuring import Metered
from tests.load.seeding import NOW, Seeding, Size


def seeded_portal(
    application: Any,
    url: str,
    files: Path,
    size: Size,
    *,
    watch: Callable[[sa.Engine], None] | None = None,
) -> Portal:
    """Fill a database that has its tables; `watch` listens to its engine from the beginning."""
    core = Core(
        parse(SETTINGS | {"sqlalchemy.url": url, "storage.url": f"file://{files}"}), Clock(NOW)
    )
    if watch:
        watch(core.engine)
    with core.sessions() as session:
        seeded = Seeding(session, core.storage, size).seed()
    return Portal(core, Metered(_over(application, core), core.engine), seeded)


def _over(application: Any, core: Core) -> Callable[[Any, Any], Any]:
    def app(environ: Any, start_response: Any) -> Any:
        application.registry["core"], application.registry["clock"] = core, core.clock
        return application(environ, start_response)

    return app

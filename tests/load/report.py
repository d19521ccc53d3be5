"""Make one document in a process of its own: what it takes, and how large the process grows.

`python -m tests.load.report DATABASE_URL FOLDER ADDRESS` prints a line of JSON.
"""

import json
import sys
from dataclasses import asdict
from pathlib import Path

from grants.app import main as make_app
from tests.load.bench import SeededPortal, settings_of
from tests.load.measuring import Metered
from tests.load.seeding import NOW
from tests.support.clock import Clock


def main(url: str, folder: str, address: str) -> None:
    """Sign the manager in, ask once, and tell."""
    app = make_app(None, clock=Clock(NOW), **settings_of(url, Path(folder)))
    portal = app.registry["portal"]
    metered = Metered(app, portal.engine)
    SeededPortal(portal, metered, None).browser("helena").get(address, status="*")
    print(json.dumps({**asdict(metered.costs[-1]), "peak_mb": _peak()}))


def _peak() -> int:
    """Give the most memory that this process held, in MB.

    What `getrusage` says is not of it alone: it begins with what its parent held at the fork.
    """
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(it.split()[1]) for it in lines if it.startswith("VmHWM:")) // 1024


if __name__ == "__main__":
    main(*sys.argv[1:])

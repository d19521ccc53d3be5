"""A worker that knows the tasks of the tests alone: `python -m tests.worker portal.ini`."""

import sys

from grants import logs
from grants.jobs.tasks import registry
from grants.jobs.worker import run_worker
from grants.portal import Portal
from grants.settings import load

TASKS = registry.of(["tests.tasks"])


def main(arguments: list[str]) -> None:
    """Run jobs as `grants worker` does, until told to stop."""
    settings = load(arguments[0])
    logs.configure(settings.logs)
    run_worker(Portal(settings), TASKS, follow_stdin="--follow-stdin" in arguments)


if __name__ == "__main__":
    main(sys.argv[1:])

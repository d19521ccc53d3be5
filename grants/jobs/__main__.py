"""`python -m grants.jobs development.ini`: a worker."""

import sys

from grants import logs, settings
from grants.jobs.worker import run_worker


def main(arguments: list[str]) -> None:
    """Run a worker with the settings of an ini file, until it is told to stop."""
    read = settings.load(arguments[0])
    logs.configure(read.logs)
    run_worker(read, follow_stdin="--follow-stdin" in arguments)


if __name__ == "__main__":
    main(sys.argv[1:])

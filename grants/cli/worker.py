"""Run jobs: mail and documents."""

import argparse

from grants.cli.opened import opened
from grants.kit.jobs.worker import run_worker


def define(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("--follow-stdin", action="store_true", help="end when standard input does")
    parser.set_defaults(do=do)


def do(asked: argparse.Namespace) -> int:
    """Work until told to stop."""
    with opened(asked.ini) as portal:
        run_worker(portal, portal.tasks, follow_stdin=asked.follow_stdin)
    return 0

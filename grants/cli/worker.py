"""Run jobs: mail and documents."""

import argparse

from grants import logs
from grants.jobs.worker import run_worker
from grants.settings import load


def define(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.set_defaults(do=do)


def do(asked: argparse.Namespace) -> int:
    """Work until told to stop."""
    settings = load(asked.ini)
    logs.configure(settings.logs)
    run_worker(settings)
    return 0

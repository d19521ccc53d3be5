"""Bring the database up to date and serve the portal with its worker."""

import argparse
import os
import signal
import sys
from pathlib import Path

from paste.deploy import loadapp

from grants.cli import demo, migrate
from grants.demo import load_once
from grants.kit import logs
from grants.kit.clock import clock_of
from grants.kit.jobs.worker import spawn_worker, wake_after_commits
from grants.kit.settings import load
from grants.portal import Portal
from grants.serving.embedded import create_server


def define(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("--port", type=int, default=6543)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--demo", action="store_true", help="load the demonstration fund once")
    parser.set_defaults(do=do)


def do(asked: argparse.Namespace) -> int:
    """Migrate, load the demonstration if asked to, and serve until told to stop."""
    address = f"http://localhost:{asked.port}"
    os.environ.setdefault("PORTAL_URL", address)  # for the worker as well
    settings = load(asked.ini)
    logs.configure(settings.logs)
    migrate.upgrade(settings)
    portal = Portal(settings, clock_of(settings))
    if asked.demo:
        load_once(portal, staged=True)
    app = loadapp(f"config:{Path(asked.ini).resolve()}")
    worker = spawn_worker(asked.ini)
    wake_after_commits(app.registry["portal"].sessions, worker.wake)
    server = create_server(app, host=asked.host, port=asked.port, threads=asked.threads)
    print(f"\nThe portal is ready: {address}\n")
    if asked.demo:
        print(demo.accounts())
        print(f"\nIts mail: {address}/dev/mail   To put its clock forward: {address}/dev/clock\n")
    sys.stdout.flush()
    signal.signal(signal.SIGTERM, _stop)
    signal.signal(signal.SIGINT, _stop)
    try:
        server.run()
    finally:
        worker.stop()
    return 0


def _stop(_number: int, _frame: object) -> None:
    """End as after Ctrl-C, so that the worker ends as well."""
    raise KeyboardInterrupt

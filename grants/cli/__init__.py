"""The `grants` command: run, migrate, demo, fund, worker, verify, backup, restore and more."""

import argparse
import gc
import sys
import warnings
from collections.abc import Sequence
from importlib import import_module
from types import ModuleType

from grants.kit.settings import BadSettings
from grants.rules.errors import Refused

COMMANDS = {
    "run": "Bring the database up to date and serve the portal with its worker",
    "migrate": "Bring the database to the newest migration",
    "demo": "Load the demonstration fund, once",
    "fund": "Make a fund with its programme, topics and first manager: how a portal begins",
    "worker": "Run jobs: mail and documents",
    "verify": "Check the ledger's chain of hashes",
    "backup": "Copy the database and all files into a new folder, while the portal runs",
    "restore": "Fill an empty database and the storage from a backup, and verify it",
    "form": "Check a form definition and keep it as a new version",
    "mail": "List letters and jobs that failed, or have them tried again",
    "person": "Block or unblock an account, or let somebody administer the portal",
    "people": "List accounts, or make somebody manager of a fund",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code tells whether it went well."""
    arguments = sys.argv[1:] if arguments is None else arguments
    # Pyramid 2.1 and deform 3 still import pkg_resources; whoever starts the portal cannot help it.
    warnings.filterwarnings("ignore", message="pkg_resources is deprecated")
    asked = _parser(arguments).parse_args(arguments)
    try:
        return int(asked.do(asked))
    except (BadSettings, Refused) as problem:
        print(problem, file=sys.stderr)
        return 1


def _parser(arguments: Sequence[str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="grants", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, words in COMMANDS.items():
        command = commands.add_parser(name, help=words, description=words)
        command.add_argument("ini", help="the configuration, such as development.ini")
        if name in arguments[:1]:  # the others' imports would only cost time
            _module(name).define(command)
    return parser


def _module(name: str) -> ModuleType:
    """Import what a command needs: nothing of it is garbage, so none is looked for meanwhile."""
    gc.disable()
    try:
        return import_module(f"grants.cli.{name}")
    finally:
        gc.enable()
        gc.freeze()

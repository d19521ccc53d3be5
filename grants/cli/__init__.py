"""The `grants` command: run, migrate, demo, worker, verify, form, people."""

import argparse
import sys
import warnings
from collections.abc import Callable, Sequence

from grants.cli import demo, form, migrate, people, run, verify, worker
from grants.errors import Refused
from grants.settings import BadSettings

COMMANDS: dict[str, tuple[str, Callable[[argparse.ArgumentParser], None]]] = {
    "run": ("Bring the database up to date and serve the portal with its worker", run.define),
    "migrate": ("Bring the database to the newest migration", migrate.define),
    "demo": ("Load the demonstration fund, once", demo.define),
    "worker": ("Run jobs: mail and documents", worker.define),
    "verify": ("Check the ledger's chain of hashes", verify.define),
    "form": ("Check a form definition and keep it as a new version", form.define),
    "people": ("List accounts, or make somebody manager of a fund", people.define),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code tells whether it went well."""
    parser = argparse.ArgumentParser(prog="grants", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, (words, define) in COMMANDS.items():
        command = commands.add_parser(name, help=words, description=words)
        command.add_argument("ini", help="the configuration, such as development.ini")
        define(command)
    asked = parser.parse_args(arguments)
    # Pyramid 2.1 and deform 3 still import pkg_resources; whoever starts the portal cannot help it.
    warnings.filterwarnings("ignore", message="pkg_resources is deprecated")
    try:
        return int(asked.do(asked))
    except (BadSettings, Refused) as problem:
        print(problem, file=sys.stderr)
        return 1

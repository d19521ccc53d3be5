"""Check the ledger's chain of hashes."""

import argparse

from grants import ledger
from grants.cli.opened import opened


def define(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("--head", help="a hash printed earlier, that the chain must still contain")
    parser.set_defaults(do=do)


def do(asked: argparse.Namespace) -> int:
    """Read the whole ledger and say whether every hash is right."""
    with opened(asked.ini) as core, core.sessions() as session:
        found = ledger.verify(session, anchored_head=asked.head)
    if found.ok:
        print(f"The ledger is whole: {found.entries} entries, head {found.head}.")
        return 0
    where = f"at entry {found.first_broken}" if found.first_broken else "the head is missing"
    print(f"The ledger is BROKEN: {where}.")
    return 1

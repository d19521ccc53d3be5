"""Check the ledger's chain of hashes, and all that it keeps against tables and storage."""

import argparse
import re

from grants import ledger
from grants.cli.opened import opened
from grants.oversight import verification

_HASH = re.compile("[0-9a-f]{64}")


def define(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("--head", help="a hash printed earlier, that the chain must still contain")
    parser.add_argument(
        "--chain-only", action="store_true", help="leave tables and storage out: quick"
    )
    parser.set_defaults(do=do)


def do(asked: argparse.Namespace) -> int:
    """Read the ledger, tables and files, and name whatever disagrees; 1 if anything does."""
    if asked.head is not None and not _HASH.fullmatch(asked.head):
        print(f"“{asked.head}” is no head: those have 64 signs of 0-9 and a-f.")
        return 2
    with opened(asked.ini) as portal, portal.sessions() as session:
        chain = ledger.verify(session, anchored_head=asked.head)
        found = [] if asked.chain_only else list(verification.findings(session, portal.storage))
    if chain.ok:
        print(f"The ledger is whole: {chain.entries} entries, head {chain.head}.")
    else:
        where = f"at entry {chain.first_broken}" if chain.first_broken else "the head is missing"
        print(f"The ledger is BROKEN: {where}.")
    for it in found:
        print(f"{it.reference}: {it.what}")
    if not asked.chain_only:
        print(f"{len(found)} things DISAGREE with it." if found else "All it keeps agrees with it.")
    return 0 if chain.ok and not found else 1

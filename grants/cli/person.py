"""Block or unblock an account, or let somebody administer the portal."""

import argparse
import sys

from grants.cli.opened import opened
from grants.rules.errors import Refused


def define(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("email", help="whose account it is")
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--block", metavar="REASON", help="nobody signs in with it any more")
    what.add_argument("--unblock", action="store_true", help="open it again")
    what.add_argument(
        "--administrator", action="store_true", help="may block and unblock accounts on a page"
    )
    what.add_argument("--no-administrator", action="store_true", help="may do so no more")
    parser.set_defaults(do=do)


def do(asked: argparse.Namespace) -> int:
    """Do one of them; the ledger keeps that the portal's operator did."""
    with opened(asked.ini) as portal, portal.writing() as services:
        people = services.people
        person = people.by_email(asked.email.strip().lower())
        if person is None:
            print(f"There is no account for {asked.email}.", file=sys.stderr)
            return 1
        try:
            if asked.block is not None:
                people.block(person, reason=asked.block, by=None)
            elif asked.unblock:
                people.unblock(person, by=None)
            else:
                people.make_administrator(person, administers=asked.administrator, by=None)
        except Refused as refusal:
            print(refusal, file=sys.stderr)
            return 1
        blocked = f"blocked: {person.blocked_reason}" if person.blocked_at else "open"
        print(f"{person.email}\t{blocked}\t{'administrator' if person.administers_since else '-'}")
    return 0

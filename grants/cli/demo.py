"""Load the demonstration fund, once."""

import argparse

from grants.cli.opened import opened
from grants.demo import ACCOUNTS, PASSWORD, STAGED_ACCOUNTS, load_once


def define(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.set_defaults(do=do)


def do(asked: argparse.Namespace) -> int:
    """Load it unless it is there; then say who can sign in."""
    with opened(asked.ini) as portal:
        load_once(portal, staged=True)
    print(accounts())
    return 0


def accounts() -> str:
    """List one account per role, with the password."""
    lines = [f"  {role:16} {email}" for role, email in (*ACCOUNTS, *STAGED_ACCOUNTS)]
    return "\n".join([f"Sign in with the password “{PASSWORD}” as:", *lines])

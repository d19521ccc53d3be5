"""List accounts, or make somebody manager of a fund."""

import argparse

from grants.cli.opened import opened


def define(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("--manager", metavar="EMAIL", help="who becomes manager of --fund")
    parser.add_argument("--fund", metavar="CODE")
    parser.set_defaults(do=do)


def do(asked: argparse.Namespace) -> int:
    """Appoint a manager if asked to; then list who has an account."""
    with opened(asked.ini) as portal, portal.writing() as services:
        if asked.manager:
            services.programmes.appoint_manager(asked.fund, asked.manager)
        for person in services.people.everybody():
            roles = ", ".join(sorted(it.role for it in person.appointments)) or "-"
            print(f"{person.email}\t{person.name}\t{roles}")
    return 0

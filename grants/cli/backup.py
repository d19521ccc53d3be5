"""Make a backup of the database and all files, while the portal runs."""

import argparse
from pathlib import Path

from grants.backups import Backup
from grants.cli.opened import opened


def define(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("folder", type=Path, help="a new folder, which is made")
    parser.set_defaults(do=do)


def do(asked: argparse.Namespace) -> int:
    """Copy everything, and say what came along."""
    with opened(asked.ini) as portal:
        manifest = Backup(portal, asked.folder).make()
    print(
        f"Backed up to {asked.folder}: the database and {manifest.files} files."
        f" The ledger had {manifest.entries} entries, head {manifest.head}."
    )
    return 0

"""Fill an empty database and the storage from a backup."""

import argparse
from pathlib import Path

from grants import backups
from grants.cli import migrate, verify
from grants.kit.settings import load


def define(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("folder", type=Path, help="what `grants backup` made")
    parser.set_defaults(do=do)


def do(asked: argparse.Namespace) -> int:
    """Put all of it back, run migrations that are missing, and verify; 1 if anything disagrees."""
    settings = load(asked.ini)
    manifest = backups.restore(settings, asked.folder)
    migrate.upgrade(settings)
    print(
        f"Restored what was backed up at {manifest.made_at}:"
        f" the database and {manifest.files} files."
    )
    # What the ledger said when the backup was made must be in it.
    return verify.do(argparse.Namespace(ini=asked.ini, head=manifest.head, chain_only=False))

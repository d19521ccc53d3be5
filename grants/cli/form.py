"""Check a form definition and keep it as a new version."""

import argparse
from pathlib import Path

from grants.cli.opened import opened
from grants.rules.forms.advice import advice
from grants.rules.forms.definition import Definition


def define(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("code", help="the form's code, such as iuc-2020")
    parser.add_argument("file", type=Path, help="the definition, as JSON")
    parser.set_defaults(do=do)


def do(asked: argparse.Namespace) -> int:
    """Keep the definition unless it is the newest version already."""
    definition = Definition.from_text(asked.file.read_bytes())
    with opened(asked.ini) as portal, portal.writing() as services:
        version = services.calls.keep_form(asked.code, definition)
        print(f"{version.code} version {version.number}, {version.sha256}")
    for sentence in advice(definition):
        print(f"Note: {sentence}")
    return 0

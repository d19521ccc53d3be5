"""Gather all words of the portal and bring the catalogues up to date with them.

    python -m grants.locale.update

Besides what Babel finds in Python and templates there are the words that are
made of values: statuses, kinds and roles, which `grants.kit.language.formats` says.
"""

import re
from enum import StrEnum
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from grants import models
from grants.kit.language.i18n import DOMAIN, LOCALE
from grants.kit.uploads.scanning import Scan
from grants.rules import workflow
from grants.rules.labels import WORDS_OF_VALUES
from grants.rules.words import LANGUAGES
from grants.rules.workflow.__main__ import ALL

ROOT = Path(__file__).parents[2]
METHODS = [
    ("grants/**.py", "python"),
    ("schemas/**.py", "python"),
    ("views/**.py", "python"),
    ("templates/**.jinja2", "jinja2"),
]
KEYWORDS = {
    "_": None,
    "N_": None,
    "gettext": None,
    "ngettext": (1, 2),
    "say": None,
}

RECORDED = (
    # What the ledger keeps besides the steps of the workflows: actions, subjects, states.
    *("adopt", "appoint", "change_password", "close", "compute", "confirm", "correct"),
    *(
        "authorise",
        "countersign",
        "create",
        "decide",
        "draw",
        "commit",
        "reveal",
        "end_authority",
        "invite",
        "join",
        "keep",
        "open",
        "register",
    ),
    *("register_again", "reopen", "reset_password", "rule", "send letter", "supersede", "start"),
    *(
        "accept award",
        "award answer",
        "check item",
        "decline award",
        "declaration",
        "decision",
        "form",
        "organisation",
        "person",
        "ranking",
        "draw seed",
        "document",
        "job",
        "programme",
    ),
    *("end", "block", "unblock"),
    *("add", "propose", "remove", "pairing"),
    *("stage", "fund", "invitation", "met", "not met", "admissibility", "eligibility"),
)


def gather() -> Catalog:
    """Collect every message of the portal, without places: they change too often."""
    found = Catalog(domain=DOMAIN, project="grants", version="1", charset="utf-8")
    for folder in ("grants", "schemas", "views", "templates"):
        methods = [(pattern.removeprefix(f"{folder}/"), kind) for pattern, kind in METHODS]
        for _name, _line, message, comments, context in extract_from_dir(
            ROOT / folder, methods, keywords=KEYWORDS
        ):
            found.add(message, None, context=context, auto_comments=comments)
    for word in sorted(words()):
        found.add(word)
    return found


def words() -> set[str]:
    """List the words that are made of values, as `Formats.words` writes them."""
    named = [getattr(module, name) for module in (workflow, models) for name in module.__all__]
    values = {
        member.value
        for kind in (*named, Scan)
        if isinstance(kind, type) and issubclass(kind, StrEnum)
        for member in kind
    }
    steps = {step.action for each in ALL for step in each.steps}
    nouns = {each.noun for each in ALL}
    shown = values | steps | nouns | set(RECORDED)
    return {said(value) for value in shown - set(WORDS_OF_VALUES)}


def said(value: str) -> str:
    """Say a value as `Formats.words` does before it is translated."""
    return value.replace("_", " ").capitalize()


def update() -> None:
    """Write the catalogues anew, keeping what is translated."""
    template = gather()
    for language in LANGUAGES:
        if language == "en":
            continue
        path = LOCALE / language / "LC_MESSAGES" / f"{DOMAIN}.po"
        path.parent.mkdir(parents=True, exist_ok=True)
        catalogue = Catalog(locale=language, domain=DOMAIN, charset="utf-8", fuzzy=False)
        if path.exists():
            with path.open("rb") as kept:
                catalogue = read_po(kept, locale=language, domain=DOMAIN)
        catalogue.update(template, no_fuzzy_matching=True)
        catalogue.obsolete.clear()
        with path.open("wb") as out:
            write_po(out, catalogue, width=100, sort_output=True, omit_header=False)
        _without_dates(path)


def _without_dates(path: Path) -> None:
    """Leave out when it was made: the same words are the same file."""
    text = path.read_text(encoding="utf-8")
    dated = r'^"(POT-Creation-Date|PO-Revision-Date|Generated-By)[^\n]*\n'
    path.write_text(re.sub(dated, "", text, flags=re.MULTILINE), encoding="utf-8")


if __name__ == "__main__":
    update()

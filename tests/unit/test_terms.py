"""What docs/terms.md lists under "Not" stands on no page, in no catalogue, feature or guide."""

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from grants.kit.language.i18n import DOMAIN, LOCALE
from grants.locale.update import gather

ROOT = Path(__file__).parents[2]
TERMS = ROOT / "docs" / "terms.md"
COLUMNS = {"en": 0, "de": 1, "es": 2}
GUIDES = (
    ROOT / "README.md",
    *sorted((ROOT / "features").glob("*.feature")),
    *sorted((ROOT / "docs" / "how-to").glob("*.md")),
)


def forbidden(language):
    """Read the terms of one language from the last table."""
    rows = TERMS.read_text(encoding="utf-8").partition("\n## Not\n")[2].splitlines()
    cells = [row.strip("| ").split(" | ") for row in rows if row.startswith("| ")][2:]
    return [term for row in cells for term in row[COLUMNS[language]].split(", ")]


def found(text, language):
    """List the terms that a text has, as whole words, in capitals or not."""
    return [
        term
        for term in forbidden(language)
        if re.search(rf"(?<!\w){re.escape(term)}(?!\w)", text, re.IGNORECASE)
    ]


def sentences(messages):
    for message in messages:
        yield from (message,) if isinstance(message, str) else message


@pytest.mark.parametrize("language", COLUMNS)
def test_the_table_names_terms_of_each_language(language):
    terms = forbidden(language)

    assert len(terms) > 5
    assert all(term == term.strip() and term for term in terms)
    assert found(f"So: {terms[0].upper()}.", language)[0] == terms[0]


def test_pages_and_mail_say_none_of_them():
    said = sentences(it.id for it in gather() if it.id)

    assert [(text, found(text, "en")) for text in said if found(text, "en")] == []


@pytest.mark.parametrize("language", ["de", "es"])
def test_catalogues_say_none_of_them(language):
    with (LOCALE / language / "LC_MESSAGES" / f"{DOMAIN}.po").open("rb") as words:
        catalogue = read_po(words, locale=language, domain=DOMAIN)
    said = sentences(it.string for it in catalogue if it.id)

    assert [(text, found(text, language)) for text in said if found(text, language)] == []


@pytest.mark.parametrize("guide", GUIDES, ids=lambda it: it.name)
def test_features_and_guides_say_none_of_them(guide):
    text = " ".join(guide.read_text(encoding="utf-8").split())

    assert found(text, "en") == []

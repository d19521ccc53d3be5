"""German and Spanish are complete, and keep the gaps of every sentence."""

import re

import pytest
from babel.messages.pofile import read_po

from grants.kit.language.i18n import LOCALE
from grants.locale.update import gather
from grants.rules.words import LANGUAGES

GAP = re.compile(r"\$\{\w+\}|\{\w*\}|%\(\w+\)s")
OTHERS = [language for language in LANGUAGES if language != "en"]


@pytest.fixture(scope="module")
def english():
    return {str(message.id) for message in gather() if message.id}


@pytest.fixture(scope="module", params=OTHERS)
def catalogue(request):
    with (LOCALE / request.param / "LC_MESSAGES" / "grants.po").open("rb") as words:
        return read_po(words, locale=request.param, domain="grants")


def test_every_word_of_the_portal_is_in_the_catalogue(english, catalogue):
    missing = english - {str(message.id) for message in catalogue if message.id}

    assert not missing, "run: make words-update, and translate what is new"


def test_every_word_is_translated(catalogue):
    empty = [it.id for it in catalogue if it.id and not all(_several(it.string))]

    assert empty == []


def test_translations_keep_the_gaps(catalogue):
    wrong = [
        it.id
        for it in catalogue
        if it.id and any(_gaps(said) != _gaps(_several(it.id)[0]) for said in _several(it.string))
    ]

    assert wrong == []


def _several(words):
    return words if isinstance(words, tuple | list) else (words,)


def _gaps(words):
    return sorted(GAP.findall(words))

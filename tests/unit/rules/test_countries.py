"""One list of countries, sorted as each language does."""

import pytest

from grants.kit.language.formats import formats
from grants.rules import countries
from grants.rules.words import LANGUAGES

NONE = ["XA", "XB", "IC", "ZZ", "EU", "EZ", "UN", "QO", "EA", "AC", "CP", "DG", "CQ", "TA"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_list_holds_countries_and_nothing_else(language):
    offered = [code for code, _name in formats(language).countries()]

    assert sorted(offered) == sorted(countries.COUNTRIES)
    assert set(offered).isdisjoint(NONE)
    assert len(offered) == 250  # the 249 of ISO 3166-1, and Kosovo


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_country_has_a_name(language):
    assert all(name != code for code, name in formats(language).countries())


def test_german_sorts_umlauts_among_their_letters():
    names = [name for _code, name in formats("de").countries()]

    assert names.index("Ägypten") < names.index("Albanien")
    assert names.index("Oman") < names.index("Österreich") < names.index("Pakistan")
    assert names[-1] == "Zypern"


def test_spanish_sorts_its_own_letter_after_n():
    words = ["Ózd", "Ossa", "Oñate", "Ontario"]

    assert sorted(words, key=lambda it: countries.alphabetical(it, "es")) == [
        "Ontario",
        "Oñate",
        "Ossa",
        "Ózd",
    ]


def test_a_country_that_nobody_knows_is_a_dash():
    assert formats("en").country("") == "–"

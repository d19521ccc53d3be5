"""Facts that separate tied proposals, as the rules of a call name them."""

from collections.abc import Mapping

from grants.kit.language.i18n import translations
from grants.rules.scoring.ties import TieFact
from grants.rules.words import N_

NAMES: Mapping[str, str] = {
    TieFact.REQUEST: N_("smaller request"),
    TieFact.NEW_COUNTRY: N_("new country"),
    TieFact.NEW_TOPIC: N_("new topic"),
}
"""How managers type and read them; criteria are named by themselves."""

SEPARATES: Mapping[str, str] = {
    TieFact.REQUEST: N_("the smaller request"),
    TieFact.NEW_COUNTRY: N_("a new country of the lead applicant"),
    TieFact.NEW_TOPIC: N_("a new topic"),
}
"""What ranks higher, in a list of the public page."""

NEW = N_(
    "A country or topic is new if no proposal that is ranked above all the tied ones brings it to"
    " the main list. Where that depends on a draw, the draw comes first."
)


def fact_named(name: str, languages: tuple[str, ...]) -> str | None:
    """Return the code of the fact that somebody named, in whichever language of the portal."""
    for code, words in NAMES.items():
        said = {words, *(translations(it).gettext(words) for it in languages)}
        if name.casefold() in {it.casefold() for it in said}:
            return str(code)
    return None

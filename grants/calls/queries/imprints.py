"""What every document of a call carries: its fund, its language, its time zone."""

import hashlib
from collections.abc import Mapping

from grants.calls.models import Call
from grants.kit.branding import Branding
from grants.kit.language.i18n import translations
from grants.kit.pdf.wording import Imprint, Translate


def imprint(call: Call, *, version: str, language: str = "en", branding: Branding) -> Imprint:
    """Make the imprint of a document; `branding` is the portal's own.

    `version` is the hash of what the document shows. It is in the language that was asked for
    where that is one of the fund's.
    """
    own = call.fund.branded(branding)
    spoken = own.language(language)
    return Imprint(
        fund=own.name,
        version=version,
        language=spoken,
        translate=translator(spoken),
        accent=own.accent,
        zone=call.zone,
        logo=call.fund.logo_png if own.logo else None,
    )


def translator(language: str) -> Translate:
    """Make what says marked sentences in a language, and fills in their gaps."""
    found = translations(language).gettext

    def translate(message: str, values: Mapping[str, object]) -> str:
        # gettext answers the empty message with the catalogue's own head
        said = found(message) if message else ""
        return said.format_map(values) if values else said

    return translate


def hashed(text: str) -> str:
    """Return the SHA-256 of a text, which a document shows as its version."""
    return hashlib.sha256(text.encode()).hexdigest()

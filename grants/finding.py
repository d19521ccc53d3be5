"""Finding things by words."""

import unicodedata


def folded(text: str) -> str:
    """Write a text without case and accents: "Łódź" and "lodz" are found by each other."""
    plain = unicodedata.normalize("NFKD", text.casefold().replace("ł", "l").replace("ø", "o"))
    return "".join(letter for letter in plain if not unicodedata.combining(letter))

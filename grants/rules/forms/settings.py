"""Reading the settings of a field from JSON, with a sentence for everything that does not fit.

Each reader takes the JSON value and the `Source` it stands in, and returns the setting; what it
cannot use it reports there and replaces by something harmless, so that reading goes on.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from grants.rules.forms.definition_errors import Source
from grants.rules.forms.field import Condition
from grants.rules.forms.formtext import FormText
from grants.rules.words import LANGUAGES, N_

CODE = re.compile(r"[a-z][a-z0-9_]{0,39}", re.ASCII)
RESERVED = frozenset({"csrf_token", "typed"})
LONGEST = 1_000_000_000_000


@dataclass(frozen=True)
class Option:
    """One of the answers that a choice offers."""

    code: str
    label: str

    def to_json(self) -> dict[str, str]:
        """Write the option as it stands in a definition."""
        return {"code": self.code, "label": self.label}


def text(value: Any, source: Source) -> FormText:
    """Read a text; surplus blanks go."""
    if isinstance(value, str) and "\x00" not in value:
        return FormText(value.strip())
    source.refuse(N_("“{value}” must be text."), value=value)
    return FormText("")


def word(value: Any, source: Source) -> str:
    """Read a word that programs know, such as a role: nobody is shown it."""
    return str(text(value, source))


def words(value: Any, known: Collection[str], source: Source) -> dict[str, dict[str, str]]:
    """Read translations: by the code of a language, each text of the form and its translation."""
    if not isinstance(value, dict):
        source.refuse(N_("“{value}” must name languages."), value=value)
        return {}
    read: dict[str, dict[str, str]] = {}
    for language, its in value.items():
        if language not in LANGUAGES or not isinstance(its, dict):
            source.refuse(N_("“{value}” is not a language of this portal."), value=language)
            continue
        read[language] = {}
        for original, translation in its.items():
            # What was translated and has gone since is no fault: it is left out.
            written = text(translation, source)
            if written and original in known:
                read[language][original] = str(written)
    return read


def code(value: Any, source: Source) -> str:
    """Read a code: what programs call a thing, and addresses show."""
    if isinstance(value, str) and CODE.fullmatch(value) and value not in RESERVED:
        return value
    source.refuse(
        N_("“{value}” cannot be a code. Use small letters, digits and _, a letter first."),
        value=value,
    )
    return "unnamed"


def flag(value: Any, source: Source) -> bool:
    """Read true or false."""
    if isinstance(value, bool):
        return value
    source.refuse(N_("“{value}” must be true or false."), value=value)
    return False


def whole(value: Any, source: Source) -> int | None:
    """Read a whole number, negative ones too."""
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) <= LONGEST:
        return value
    source.refuse(N_("“{value}” must be a whole number."), value=value)
    return None


def count(value: Any, source: Source) -> int | None:
    """Read a whole number from 0 up."""
    number = whole(value, source)
    if number is not None and number < 0:
        source.refuse(N_("“{value}” must not be negative."), value=value)
        return None
    return number


def positive(value: Any, source: Source) -> int | None:
    """Read a whole number from 1 up."""
    number = whole(value, source)
    if number is not None and number < 1:
        source.refuse(N_("“{value}” must be 1 or more."), value=value)
        return None
    return number


def day(value: Any, source: Source) -> str | None:
    """Read a date as ISO 8601 writes it."""
    try:
        return date.fromisoformat(value).isoformat()
    except (TypeError, ValueError):
        source.refuse(N_("“{value}” is not a date. Write it as 2020-03-31."), value=value)
        return None


def currency(value: Any, source: Source) -> str:
    """Read a currency's code; whether it is in use is asked when the form is kept."""
    if isinstance(value, str) and re.fullmatch("[A-Z]{3}", value):
        return value
    source.refuse(N_("“{value}” is not a currency. Write three letters, such as EUR."), value=value)
    return "EUR"


def codes(value: Any, source: Source) -> tuple[str, ...]:
    """Read a list of texts."""
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return tuple(value)
    source.refuse(N_("“{value}” must be a list of texts."), value=value)
    return ()


def options(value: Any, source: Source) -> tuple[Option, ...]:
    """Read the answers that a choice offers: a code and a label each."""
    if not isinstance(value, list) or not value:
        source.refuse(N_("Give at least one option, each with a code and a label."))
        return ()
    read = tuple(option for item in value if (option := _option(item, source)))
    taken = [option.code for option in read]
    for twice in sorted({one for one in taken if taken.count(one) > 1}):
        source.refuse(N_("The option “{code}” is there twice."), code=twice)
    return read


def _option(value: Any, source: Source) -> Option | None:
    if not isinstance(value, dict) or set(value) != {"code", "label"}:
        source.refuse(N_("An option needs a code and a label, and nothing else."))
        return None
    label = text(value["label"], source)
    if not label:
        source.refuse(N_("The option “{code}” needs a label."), code=value["code"])
    return Option(option_code(value["code"], source), label)


def option_code(value: Any, source: Source) -> str:
    """Read an option's code: letters, digits, dots, dashes and underscores."""
    if isinstance(value, str) and re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,39}", value):
        return value
    source.refuse(N_("“{value}” cannot be the code of an option."), value=value)
    return "unnamed"


def condition(value: Any, source: Source) -> Condition | None:
    """Read when a field is shown: another field, and the answers to it."""
    wrong = N_("“shown_if” needs a field, and “equals” with an answer or “in” with several.")
    if not isinstance(value, dict) or not isinstance(value.get("field"), str):
        source.refuse(wrong)
        return None
    named = set(value) - {"section"}
    if named not in ({"field", "equals"}, {"field", "in"}):
        source.refuse(wrong)
        return None
    wanted = value.get("in", [value.get("equals")])
    if not isinstance(wanted, list) or not wanted:
        source.refuse(wrong)
        return None
    if not all(isinstance(one, str | bool) for one in wanted):
        source.refuse(wrong)
        return None
    section = value.get("section")
    return Condition(value["field"], tuple(wanted), section if section else None)


def label(value: Any, absent: str, source: Source) -> FormText:
    """Read a text that must be there; say `absent` if it is not."""
    if value is None or (isinstance(value, str) and not value.strip()):
        source.refuse(absent)
        return FormText("")
    return text(value, source)


def only_known(data: dict[str, Any], known: tuple[str, ...], source: Source) -> None:
    """Report names that mean nothing here: most of them are misspelt."""
    for name in data:
        if name not in known:
            source.refuse(N_("“{name}” is not known here."), name=name)

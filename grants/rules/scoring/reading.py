"""Reading JSON values strictly: what is missing, unknown or of the wrong kind is refused."""

import re
from collections.abc import Collection, Mapping
from enum import StrEnum
from fractions import Fraction
from typing import Any, TypeVar

from grants.rules.scoring.errors import InvalidRules
from grants.rules.words import N_

EXACT = re.compile(r"[0-9]{1,12}(/[0-9]{1,12}|\.[0-9]{1,12})?")

_Kind = TypeVar("_Kind", bound=StrEnum)


def require_keys(
    data: object, *, needed: Collection[str], optional: Collection[str] = ()
) -> Mapping[str, Any]:
    """Return `data` if it is an object with all `needed` keys and no unknown one."""
    if not isinstance(data, Mapping):
        raise InvalidRules(N_("The rules are not written as they should be: an object is missing."))
    if missing := sorted(set(needed) - set(data)):
        raise InvalidRules(N_("The rules lack “{key}”."), key=missing[0])
    if unknown := sorted(set(data) - set(needed) - set(optional)):
        raise InvalidRules(N_("The rules know no “{key}”."), key=unknown[0])
    return data


def exact(value: object) -> Fraction:
    """Read "3/2", "1.5", "40" or 40 exactly. A JSON number with a point is refused."""
    if type(value) is int and value >= 0:
        return Fraction(value)
    if isinstance(value, str) and EXACT.fullmatch(value) and not re.search(r"/0+$", value):
        return Fraction(value)
    raise InvalidRules(
        N_("“{value}” is not an exact number. Write it as text, such as 3/2 or 40."), value=value
    )


def text(value: object) -> str:
    """Return `value` if it is text."""
    if not isinstance(value, str):
        raise InvalidRules(N_("“{value}” should be text."), value=value)
    return value


def items(value: object) -> list[Any]:
    """Return `value` if it is a list."""
    if not isinstance(value, list | tuple):
        raise InvalidRules(N_("“{value}” should be a list."), value=value)
    return list(value)


def flag(value: object) -> bool:
    """Return `value` if it is true or false."""
    if not isinstance(value, bool):
        raise InvalidRules(N_("“{value}” should be true or false."), value=value)
    return value


def one_of(kind: type[_Kind], value: object) -> _Kind:
    """Return the member of `kind` that `value` names."""
    try:
        return kind(text(value))
    except ValueError as unknown:
        raise InvalidRules(
            N_("“{value}” is not one of {choices}."), value=value, choices=", ".join(kind)
        ) from unknown

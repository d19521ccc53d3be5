"""Money: amounts, budgets and shares, in integer cents and exact.

Pure functions: values in, values out.
"""

from grants.money.amounts import MOST_CENTS, Amount, NotAnAmount, parse, shown
from grants.money.budget import Budget, Exceeded, Heading, Kind, Row
from grants.money.currencies import (
    DECIMALS,
    MixedCurrencies,
    UnusableMoney,
    decimals,
    require_currency,
    require_one,
)
from grants.money.shares import Shares, apportion, flat_rate_cents, shares

__all__ = [
    "DECIMALS",
    "MOST_CENTS",
    "Amount",
    "Budget",
    "Exceeded",
    "Heading",
    "Kind",
    "MixedCurrencies",
    "NotAnAmount",
    "Row",
    "Shares",
    "UnusableMoney",
    "apportion",
    "decimals",
    "flat_rate_cents",
    "parse",
    "require_currency",
    "require_one",
    "shares",
    "shown",
]

"""Money: amounts, budgets and shares, in integer cents and exact.

Pure functions: values in, values out.
"""

from grants.money.amounts import (
    MOST_CENTS,
    Amount,
    NotAnAmount,
    UnusableMoney,
    parse,
    shown,
)
from grants.money.budget import Budget, Exceeded, Heading, Kind, Row
from grants.money.shares import Shares, apportion, flat_rate_cents, shares

__all__ = [
    "MOST_CENTS",
    "Amount",
    "Budget",
    "Exceeded",
    "Heading",
    "Kind",
    "NotAnAmount",
    "Row",
    "Shares",
    "UnusableMoney",
    "apportion",
    "flat_rate_cents",
    "parse",
    "shares",
    "shown",
]

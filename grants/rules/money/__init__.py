"""Money: amounts, budgets and shares, in integer cents and exact.

Pure functions: values in, values out.
"""

from grants.rules.money.amounts import (
    GROUP_SIGN,
    MOST_CENTS,
    SIGNS,
    Amount,
    NotAnAmount,
    is_rate,
    parse,
    parse_rate,
    rate_cents,
    rate_shown,
    shown,
)
from grants.rules.money.budget import Budget, BudgetRow, CostKind, Exceeded, Heading
from grants.rules.money.currencies import (
    DECIMALS,
    MixedCurrencies,
    UnusableMoney,
    decimals,
    require_currency,
    require_one,
)
from grants.rules.money.shares import Shares, apportion, flat_rate_cents, percentages, shares

__all__ = [
    "DECIMALS",
    "GROUP_SIGN",
    "MOST_CENTS",
    "SIGNS",
    "Amount",
    "Budget",
    "BudgetRow",
    "CostKind",
    "Exceeded",
    "Heading",
    "MixedCurrencies",
    "NotAnAmount",
    "Shares",
    "UnusableMoney",
    "apportion",
    "decimals",
    "flat_rate_cents",
    "is_rate",
    "parse",
    "parse_rate",
    "percentages",
    "rate_cents",
    "rate_shown",
    "require_currency",
    "require_one",
    "shares",
    "shown",
]

"""Currencies in use today, by their ISO 4217 codes, and how many decimals each has.

Kept here and not taken from CLDR: its decimals are those that people write, and differ from
ISO 4217 for a dozen currencies. What is no money of a country, such as gold, bonds' units and
codes for tests, is left out, and so is what went out of use.
"""

from collections.abc import Iterable
from typing import Final

from grants.rules.errors import Refused
from grants.rules.words import N_

_TWO_DECIMALS: Final = """
    AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF
    CHF CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD
    HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA
    MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN
    QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SYP SZL THB TJS TMT TOP
    TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG
"""
_NO_DECIMALS: Final = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF"
_THREE_DECIMALS: Final = "BHD IQD JOD KWD LYD OMR TND"

DECIMALS: Final = {
    code: decimals
    for decimals, codes in ((0, _NO_DECIMALS), (2, _TWO_DECIMALS), (3, _THREE_DECIMALS))
    for code in codes.split()
}
"""Decimals by code: an amount of "cents" counts the smallest unit, whatever it is called."""


class UnusableMoney(Refused, ValueError):  # noqa: N818  -- a refusal, named like the others
    """A value that is no money, or a budget that contradicts itself."""


class MixedCurrencies(UnusableMoney):
    """Amounts of several currencies where one is needed."""


def decimals(currency: str) -> int:
    """Return how many decimals a currency has; two for what was kept and is no currency today."""
    return DECIMALS.get(currency, 2)


def require_currency(currency: str) -> None:
    """Raise UnusableMoney for what is no currency in use."""
    if currency not in DECIMALS:
        raise UnusableMoney(
            N_(
                "“{currency}” is not a currency in use. Choose one by its ISO 4217 code, such"
                " as EUR."
            ),
            currency=currency,
        )


def require_one(currencies: Iterable[str]) -> None:
    """Raise MixedCurrencies if there are several: money of two currencies is never one sum."""
    found = sorted(set(currencies))
    if len(found) > 1:
        raise MixedCurrencies(
            N_("Amounts in {currencies} are not added or compared: one currency is needed."),
            currencies=", ".join(found),
        )

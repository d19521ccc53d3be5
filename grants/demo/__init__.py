"""The demonstration: the IUC Asia competitive fund, with what it awarded and an open call.

It is made through the services, with a clock that stands where things happened:
the ledger, the receipts and the letters are real ones.
"""

from grants.demo.load import load_once
from grants.demo.people import ACCOUNTS, PASSWORD, STAGED_ACCOUNTS

__all__ = ["ACCOUNTS", "PASSWORD", "STAGED_ACCOUNTS", "load_once"]

"""Oversight: what waits for whom, lists and reports over all, the ledger, its verification."""

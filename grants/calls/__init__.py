"""Calls: programmes and funds, forms and rules, versions, and what takes two signatures."""

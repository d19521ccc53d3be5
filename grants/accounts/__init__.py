"""Accounts: people, how they are recognised, their sessions, and letters to them."""

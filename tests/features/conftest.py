"""Features; those played in a real browser start from tests/support/visitors.py."""

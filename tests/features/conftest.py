"""What features that are played in a real browser start from."""

from tests.visitors import address, chromium, visit

__all__ = ["address", "chromium", "visit"]

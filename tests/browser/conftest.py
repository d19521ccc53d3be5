"""What tests in a real browser start from."""

from tests.visitors import address, chromium, run_jobs, visit

__all__ = ["address", "chromium", "run_jobs", "visit"]

"""Tests in a real browser; what they start from is in tests/visitors.py."""

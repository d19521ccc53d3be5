"""Consensus reports: written and answered by reviewers, begun and followed by the fund."""

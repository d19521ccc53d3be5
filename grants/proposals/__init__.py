"""Proposals: drafts, sections, files, teams, submission, versions."""

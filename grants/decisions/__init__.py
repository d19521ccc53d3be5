"""Decisions: made on each proposal, offered by the ranking, told by letter."""

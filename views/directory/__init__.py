"""Pages about organisations and pairings."""

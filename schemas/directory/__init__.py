"""Forms about organisations and pairings."""

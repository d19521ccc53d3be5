"""The translations, and how they are compiled."""

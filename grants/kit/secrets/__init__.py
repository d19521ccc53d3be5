"""Random tokens, and words sealed while they wait."""

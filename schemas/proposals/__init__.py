"""Forms about proposals beside what a call asks."""

"""Jobs of this area."""

"""Pages about who holds which place."""

"""Forms about calls."""

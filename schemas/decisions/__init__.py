"""Forms about decisions."""

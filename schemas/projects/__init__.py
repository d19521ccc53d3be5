"""Forms about projects."""

"""Pages about decisions and letters."""

"""Pages about programmes, funds and calls."""

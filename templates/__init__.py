"""Pages, forms, mail and static files."""

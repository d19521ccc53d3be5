"""Projects: agreements, deliverables, endings, and what the public sees of them."""

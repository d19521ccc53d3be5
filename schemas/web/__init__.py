"""Forms of pages for trying the portal out."""

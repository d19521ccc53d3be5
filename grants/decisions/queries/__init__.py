"""What pages, exports and documents read here."""

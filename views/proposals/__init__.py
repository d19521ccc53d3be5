"""Pages about proposals, for their teams and for the fund."""

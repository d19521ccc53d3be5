"""What waits for whom, at every step."""

"""What follows from what happened, by area."""

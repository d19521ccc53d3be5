"""What is done to every answer on its way out."""

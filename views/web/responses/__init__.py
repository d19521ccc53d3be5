"""What is done to every response on its way out."""

"""What is kept of a thing: the documents that the portal made about it."""

"""What is kept of a thing: the files that people sent, the documents that the portal made."""

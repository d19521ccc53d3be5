"""Files that people send: told by what is in them, opened on arrival, scanned for viruses."""

"""Pages over all: what waits, lists, the ledger, undelivered mail."""

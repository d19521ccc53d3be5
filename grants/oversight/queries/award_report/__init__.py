"""The award report of a call: what became of proposals, how it was decided, its figures."""

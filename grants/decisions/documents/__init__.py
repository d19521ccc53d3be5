"""Documents of this area: facts, and how they are set as PDF."""

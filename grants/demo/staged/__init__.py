"""A second fund for the demonstration: a call in two stages with forty invented proposals."""

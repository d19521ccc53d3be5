"""The garbage collector, kept from going through what stays: half a million things imported.

Imported before all else: until everything is collected nothing is garbage. A run of several
processes collects nothing in the one that leads it, which only hands out tests.
"""

import gc

gc.disable()


def begin() -> None:
    """Look for garbage from now on, and only among what tests make."""
    gc.enable()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)

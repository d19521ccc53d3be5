"""Two lanes to the threads: what hashes a password waits in its own, and stops nobody else.

A hash takes some 25 ms of the processor and 19 MiB by design. Two hundred people who sign in
at once are served in the order in which they came, while a proposal that is submitted meanwhile
finds a free thread.
"""

import re

HASHING = ("/sign-in", "/register", "/reset/", "/confirm/", "/account")
"""How the addresses begin to which a password is sent."""
LONGEST_QUEUE = 400
"""Requests that wait in the lane; more are told at once to come again."""

_POST = re.compile(rb"POST (?:https?://[^/ ]+)?/*(/[^ ?#]*)")


def threads_for(threads: int) -> int:
    """Return how many threads hash passwords, beside so many that do all else."""
    return max(1, threads // 4)


def hashes(method: str, path: str) -> bool:
    """Return whether a request may hash a password."""
    return method == "POST" and path.startswith(HASHING)


def begins_hashing(head: bytes) -> bool:
    """Tell the same from a request's first bytes."""
    found = _POST.match(head)
    return found is not None and hashes("POST", found.group(1).decode("latin-1"))

"""Who reviews what, planned: demands, capacities and affinities in, pairs and what is missing out.

    plan = solve(AssignmentProblem(demands=..., capacities=..., ...))

The same problem in any order has the same plan. Nothing is guessed: what cannot be met is named.
"""

from grants.rules.assigning.problem import (
    AssignmentProblem,
    Capacity,
    Demand,
    KeyPair,
    Shortage,
    Solution,
    Underload,
)
from grants.rules.assigning.solving import solve

__all__ = [
    "AssignmentProblem",
    "Capacity",
    "Demand",
    "KeyPair",
    "Shortage",
    "Solution",
    "Underload",
    "solve",
]

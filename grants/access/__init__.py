"""Who may see and do what: asked here, in `who_sees_what`, and nowhere else.

`visible_proposals` says which proposals somebody sees, `roles_towards` what they are to one,
`involvement` what makes them conflicted.
"""

from grants.access.who_sees_what import Access, Pair, is_reviewer, role_in

__all__ = ["Access", "Pair", "is_reviewer", "role_in"]

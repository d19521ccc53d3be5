"""The domain core: calls, proposals, evaluation, projects, and the rules by which money is granted.

Nothing here knows about HTTP, HTML or forms. The one exception is `grants.app`,
which puts the layers together.
"""

"""Tables say what they are: each part gets its role while a template is compiled.

On a narrow screen tables are shown as cards, by a `display` with which browsers forget that a table
is one. The roles of WAI-ARIA say it again; templates are written without them.
"""

import re

from jinja2.ext import Extension

_ROLES = {
    "table": "table",
    "thead": "rowgroup",
    "tbody": "rowgroup",
    "tfoot": "rowgroup",
    "tr": "row",
    "td": "cell",
}
_TAG = re.compile(r'<(table|thead|tbody|tfoot|tr|td|th)(?=[\s>{])(?=([^<]*\bscope="row")?)')


class TableRoles(Extension):
    """Gives tables, their rows, heads and cells their roles."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        """Add the role to each tag of a table; a head names its column, or by `scope` its row."""
        return _TAG.sub(_with_role, source)


def _with_role(found: re.Match[str]) -> str:
    tag, of_row = found.group(1, 2)
    role = _ROLES.get(tag) or ("rowheader" if of_row else "columnheader")
    return f'<{tag} role="{role}"'

"""Forms, read once: the definitions behind calls and proposals."""

from grants.forms.definition import Definition
from grants.models import FormVersion

_read: dict[str, Definition] = {}
"""By the hash of their content, which never changes: as many as there are form versions."""


def definition_of(form: FormVersion) -> Definition:
    """Read the definition of a form version; the same content is read once a process."""
    known = _read.get(form.sha256)
    if known is None:
        known = _read[form.sha256] = Definition.from_json(form.definition)
    return known

"""What a sound form leaves unsaid, and its author may have meant to say."""

from collections.abc import Iterator

from grants.rules.forms.definition import Definition
from grants.rules.forms.kinds.places import CityField


def advice(definition: Definition) -> Iterator[str]:
    """Say it in sentences for whoever keeps the form; a form without any is as good."""
    found = definition.playing("paired_city")
    if found and isinstance(found[1], CityField) and not found[1].abroad:
        yield (
            f"Field “{found[1].code}”: the paired city may lie in the country of the lead city. If"
            ' it must not, say "abroad": true.'
        )

"""The topics that a form asks for: the call's own, whatever the form was written with."""

import dataclasses
from collections.abc import Sequence

from grants.rules.forms.definition import Definition
from grants.rules.forms.field import Field
from grants.rules.forms.kinds.choices import ChoiceField, ChoicesField
from grants.rules.forms.settings import Option

ROLE = "topic"


def offering(definition: Definition, topics: Sequence[Option]) -> Definition:
    """Have the field that plays the topic offer these topics and no others."""
    topics = worded(definition, topics)
    sections = tuple(
        dataclasses.replace(
            section, fields=tuple(_offering(field, topics) for field in section.fields)
        )
        for section in definition.sections
    )
    return dataclasses.replace(definition, sections=sections)


def naming(definition: Definition, topics: Sequence[Option]) -> Definition:
    """Have it name these topics, and its own beside them: answers of old are read as they were."""
    found = definition.playing(ROLE)
    own = found[1].options if found and isinstance(found[1], ChoiceField | ChoicesField) else ()
    known = {topic.code for topic in topics}
    return offering(definition, [*topics, *(each for each in own if each.code not in known)])


def worded(definition: Definition, topics: Sequence[Option]) -> tuple[Option, ...]:
    """Name topics as the form does where it has the same words: it may have more languages."""
    found = definition.playing(ROLE)
    own = found[1].options if found and isinstance(found[1], ChoiceField | ChoicesField) else ()
    known = {str(each.label): each.label for each in own}
    return tuple(Option(it.code, known.get(str(it.label), it.label)) for it in topics)


def _offering(field: Field, topics: Sequence[Option]) -> Field:
    if field.role != ROLE or not isinstance(field, ChoiceField | ChoicesField):
        return field
    return dataclasses.replace(field, options=tuple(topics))

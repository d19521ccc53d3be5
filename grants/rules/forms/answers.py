"""Answers as plain JSON data: what is visible, what is missing, what changed.

Answers map a section's code to a mapping from a field's code to its value. Money is in integer
cents, days are ISO 8601, files are lists of identifiers. What was typed and could not be read is
kept as {"typed": "abc"}.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from grants.rules.forms.definition import Definition, FormSection
from grants.rules.forms.definition_errors import Translate, as_written, filled
from grants.rules.forms.field import Answer, AnswerError, Field, Path

Answers = Mapping[str, Mapping[str, Answer]]


@dataclass(frozen=True)
class Missing:
    """One thing to do before a proposal can be submitted."""

    section: str
    field: str
    label: str
    why: str
    values: Mapping[str, Any]
    path: Path = ()
    absent: bool = True
    """True for what is not there yet; False for what is there and does not fit."""

    def text(self, translate: Translate = as_written, language: str = "en") -> str:
        """Return why, in the reader's language."""
        return filled(self.why, self.values, translate, language)


@dataclass(frozen=True)
class AnswerDifference:
    """One answer that two versions do not share."""

    section: str
    field: str
    label: str
    before: Answer
    after: Answer


def answer_to(answers: Answers, section: str, field: str) -> Answer:
    """Look up one answer; None if there is none."""
    given = answers.get(section)
    return given.get(field) if isinstance(given, Mapping) else None


def is_visible(
    definition: Definition, section: FormSection, field: Field, answers: Answers
) -> bool:
    """Return whether a field is asked, given the other answers."""
    condition = field.shown_if
    if condition is None:
        return True
    where = definition.section(condition.section or section.code)
    other = where.field(condition.field)
    if not is_visible(definition, where, other, answers):
        return False
    return condition.holds(answer_to(answers, where.code, other.code) or _unticked(other))


def _unticked(field: Field) -> Answer:
    """Take a box that was never touched for a no."""
    return False if field.kind == "declaration" else None


def visible_fields(definition: Definition, section: str, answers: Answers) -> tuple[Field, ...]:
    """List the fields of a section that are asked, given all answers so far."""
    here = definition.section(section)
    return tuple(f for f in here.fields if is_visible(definition, here, f, answers))


def findings(
    definition: Definition, section: str, answers: Answers
) -> Iterator[tuple[Field, AnswerError]]:
    """Return all that stands between a section and submitting it."""
    for field in visible_fields(definition, section, answers):
        for finding in field.findings(answer_to(answers, section, field.code)):
            yield field, finding


def missing(definition: Definition, answers: Answers) -> tuple[Missing, ...]:
    """List what must be done before this can be submitted; nothing, if it can be."""
    return tuple(
        Missing(
            section=section.code,
            field=field.code,
            label=field.label,
            why=finding.message,
            values=finding.values,
            path=finding.path,
            absent=finding.missing,
        )
        for section in definition.sections
        for field, finding in findings(definition, section.code, answers)
    )


def differences(definition: Definition, old: Answers, new: Answers) -> tuple[AnswerDifference, ...]:
    """List the answers that differ between two versions, in the order of the form."""
    return tuple(
        AnswerDifference(section.code, field.code, field.label, before, after)
        for section, field in definition.fields()
        if (before := answer_to(old, section.code, field.code))
        != (after := answer_to(new, section.code, field.code))
        and not (field.is_blank(before) and field.is_blank(after))
    )

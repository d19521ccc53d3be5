"""Answers without what tells who applies, of a draft and of a version."""

from collections.abc import Iterable, Iterator

from grants.calls.queries.definitions import definition_of
from grants.proposals.models import ProposalVersion
from grants.rules.forms.answers import Answers
from grants.rules.forms.definition import Definition
from grants.rules.forms.hiding import named_where, names_in, without_applicant
from grants.rules.words import N_

MASK = N_("[name hidden]")
"""What stands in a text in place of a name."""


def unnamed_version(version: ProposalVersion, mask: str) -> Answers:
    """Return the answers of a version as whoever must not learn who applies reads them."""
    definition = definition_of(version.form)
    return without_applicant(definition, version.answers, applying_with(version), mask)


def names_of(version: ProposalVersion) -> frozenset[str]:
    """Name who applies with a version: the applicant, cities, partners, who submitted it."""
    named = names_in(definition_of(version.form), version.answers)
    return named | frozenset(applying_with(version))


def applying_with(version: ProposalVersion) -> Iterator[str]:
    """Return the applicant's name, and that of who submitted; a single word is no name here."""
    yield version.content["organisation"]["name"]
    if " " in version.submitted_by.name.strip():
        yield version.submitted_by.name


def labels_naming(
    definition: Definition, answers: Answers, names: Iterable[str]
) -> tuple[str, ...]:
    """Return the labels of the answers that name who applies where reviewers read them."""
    found = named_where(definition, answers, names)
    return tuple(definition.section(section).field(code).label for section, code in found)


def readable_files(answers: Answers) -> frozenset[str]:
    """Name the files, by their tokens, that stand in answers that are shown."""
    lists = (it for section in answers.values() for it in section.values() if isinstance(it, list))
    return frozenset(token for it in lists for token in it if isinstance(token, str))

"""Who took part: countries against kinds of organisation, with their sums."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from grants.kit.language.formats import Formats
from grants.projects.models import ParticipantKind, Participation
from grants.rules import countries


@dataclass(frozen=True, slots=True)
class Line:
    """One country: how many people of each kind, in the order of ParticipantKind, and in all."""

    country: str
    people: Sequence[int]

    @property
    def total(self) -> int:
        """Add the kinds up."""
        return sum(self.people)


@dataclass(frozen=True, slots=True)
class Table:
    """Countries by name, and what all of them add up to."""

    lines: Sequence[Line]
    totals: Sequence[int]

    @property
    def total(self) -> int:
        """Add everything up."""
        return sum(self.totals)


def table(participations: Iterable[Participation], said: Formats) -> Table:
    """Add participations up by country and kind."""
    counts: Counter[tuple[str, ParticipantKind]] = Counter()
    for it in participations:
        counts[it.country, it.kind] += it.people
    named = countries.named(said.language, {code for code, _kind in counts})
    lines = [Line(name, [counts[code, kind] for kind in ParticipantKind]) for code, name in named]
    columns = range(len(ParticipantKind))
    return Table(lines, [sum(line.people[column] for line in lines) for column in columns])

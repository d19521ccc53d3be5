"""Which cities work together, as everybody may know: by pairings, and by awarded projects."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations, pairwise

from sqlalchemy import select

from grants.directory.atlas import drawing, gazetteer
from grants.directory.atlas.gazetteer import City, GazetteerCity
from grants.directory.atlas.outlines import Point
from grants.directory.models import Organisation, OrganisationKind, Pairing
from grants.kit.service import Service
from grants.projects.models import Agreement, Partner, Project
from grants.projects.queries.awards import SHOWN
from grants.proposals.models import Proposal

EACH_WITH_EACH = 3
"""Up to so many cities a line joins each with each; more are joined in a row, from west to east."""


@dataclass(frozen=True, slots=True)
class CooperatingCity:
    """A city that works with others."""

    name: str
    country: str
    found: GazetteerCity | None
    """Where it is; none if the gazetteer cannot tell."""


@dataclass(frozen=True, slots=True)
class CooperationRow:
    """A city, whom it works with, and how many awarded projects it is in."""

    city: CooperatingCity
    partners: Sequence[CooperatingCity]
    projects: int


@dataclass(frozen=True, slots=True)
class Cities:
    """Cities that work together, by name, and the map of those that can be placed."""

    rows: Sequence[CooperationRow]
    drawing: drawing.Drawing | None

    @property
    def countries(self) -> int:
        """Count the countries that the cities are in."""
        return len({it.city.country for it in self.rows})

    @property
    def unplaced(self) -> Sequence[str]:
        """Name the cities that are in the table alone."""
        return [it.city.name for it in self.rows if it.city.found is None]


@dataclass(frozen=True, slots=True)
class Cooperation(Service):
    """What the public sees of cities that work together."""

    def of(self, pairings: Iterable[Pairing]) -> Cities:
        """Gather the cities of pairings and of awarded projects; one query."""
        paired = [[(it.name, it.country) for it in pairing.cities] for pairing in pairings]
        projects = list(self._projects())
        everybody = frozenset(city for group in (*paired, *projects) for city in group)
        gathering = _Gathering(gazetteer.find(everybody))
        for group in paired:
            gathering.join(group)
        for group in projects:
            gathering.join(group, projects=1)
        return Cities(gathering.rows(), gathering.drawn())

    def _projects(self) -> Iterable[list[City]]:
        """Return each public project's lead city, if a city leads it, and the paired one."""
        rows = self.db.execute(
            select(
                Partner.name,
                Partner.country,
                Organisation.name,
                Organisation.country,
                Organisation.kind,
            )
            .select_from(Project)
            .join(Project.agreement)
            .outerjoin(Agreement.paired_city)
            .join(Proposal, Proposal.id == Project.proposal_id)
            .join(Organisation, Organisation.id == Proposal.organisation_id)
            .where(Project.status.in_(SHOWN))
            .order_by(Project.id)
        )
        for paired, its, name, country, kind in rows:
            lead = [(name, country)] if kind is OrganisationKind.CITY else []
            yield lead if paired is None else [*lead, (paired, its)]


Key = tuple[Point | str, str]
"""What tells cities apart: where they are, or else their name; and the country."""


@dataclass(slots=True)
class _Gathering:
    """Cities under way into a table and a map; one that is named in two ways is one."""

    found: Mapping[City, GazetteerCity]
    cities: dict[Key, CooperatingCity] = field(default_factory=dict)
    projects: dict[Key, int] = field(default_factory=dict)
    joined: dict[Key, set[Key]] = field(default_factory=dict)
    links: set[tuple[Point, Point]] = field(default_factory=set)

    def join(self, group: Iterable[City], projects: int = 0) -> None:
        """Put cities beside each other."""
        keys = list(dict.fromkeys(self._met(city) for city in group))
        for key in keys:
            self.projects[key] += projects
        for one, other in combinations(keys, 2):
            self.joined[one].add(other)
            self.joined[other].add(one)
        places = (self.cities[key].found for key in keys)
        points = sorted(it.point for it in places if it)
        in_a_row = len(points) > EACH_WITH_EACH
        self.links.update(pairwise(points) if in_a_row else combinations(points, 2))

    def _met(self, city: City) -> Key:
        place = self.found.get(city)
        key = (place.point if place else gazetteer.folded(city[0])), city[1]
        if key not in self.cities:
            self.cities[key] = CooperatingCity(*city, place)
            self.projects[key], self.joined[key] = 0, set()
        return key

    def rows(self) -> Sequence[CooperationRow]:
        """List the cities by name."""
        by_name = sorted(self.cities, key=lambda it: gazetteer.folded(self.cities[it].name))
        order = {key: at for at, key in enumerate(by_name)}
        return [
            CooperationRow(
                self.cities[key],
                [self.cities[it] for it in sorted(self.joined[key], key=order.__getitem__)],
                self.projects[key],
            )
            for key in order
        ]

    def drawn(self) -> drawing.Drawing | None:
        """Draw the cities that can be placed; there is no map of fewer than two."""
        placed = tuple((it.found.name, it.found.point) for it in self.cities.values() if it.found)
        return drawing.draw(placed, tuple(sorted(self.links))) if len(placed) > 1 else None

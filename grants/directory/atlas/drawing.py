"""A map of cities and of which work together, as the numbers of an SVG.

Plate carrée, true to scale at the middle latitude of what is shown.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from math import cos, radians

from grants.directory.atlas.outlines import Point, Ring, land

WIDTH = 960
SOUTHMOST, NORTHMOST = -58.0, 80.0
"""Beyond these there are no cities."""
LEAST_WIDE, LEAST_HIGH = 50.0, 22.0
"""Degrees that are always shown; the outlines are too coarse to come closer."""
FLATTEST, STEEPEST = 0.4, 0.6
"""Of the width, how high a map is."""
MARGIN = 0.12
"""Of the extent of the cities, what is shown around them."""
BEND = 0.1
"""How far the line between two cities bends, of its length."""
LETTER, LINE, DOT = 9.0, 20.0, 7.0
"""How wide a letter is at most, on average, how high a line, how large a dot."""


@dataclass(frozen=True, slots=True)
class Dot:
    """A city: where, its name, and where that stands; `anchor` is none where there is no room."""

    x: int
    y: int
    name: str
    label_x: int = 0
    label_y: int = 0
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Drawing:
    """All that is on a map: its size, paths of land and of links, and the dots."""

    width: int
    height: int
    land: str
    links: Sequence[str]
    dots: Sequence[Dot]


@dataclass(frozen=True, slots=True)
class Frame:
    """What of the world is shown, in degrees, and how it becomes a picture."""

    west: float
    south: float
    east: float
    north: float

    @property
    def squeeze(self) -> float:
        """Return how wide a degree of longitude is in the middle, against one of latitude."""
        return cos(radians((self.south + self.north) / 2))

    @property
    def scale(self) -> float:
        """Return how many units of the picture a degree of latitude has."""
        return WIDTH / ((self.east - self.west) * self.squeeze)

    @property
    def height(self) -> int:
        """Return how high the picture is."""
        return round((self.north - self.south) * self.scale)

    def place(self, point: Point) -> tuple[int, int]:
        """Put a point into the picture."""
        x = (point[0] - self.west) * self.squeeze * self.scale
        return round(x), round((self.north - point[1]) * self.scale)


@lru_cache(maxsize=8)
def draw(cities: tuple[tuple[str, Point], ...], links: tuple[tuple[Point, Point], ...]) -> Drawing:
    """Draw named cities and the links among them; kept, since most pages show the same."""
    frame = framed([point for _name, point in cities])
    return Drawing(
        width=WIDTH,
        height=frame.height,
        land="".join(_path(frame, ring) for ring in land()),
        links=[_arc(frame.place(one), frame.place(other)) for one, other in links],
        dots=_labelled([(name, *frame.place(point)) for name, point in cities], frame.height),
    )


def framed(points: Sequence[Point]) -> Frame:
    """Choose what is shown: all points with a margin around, in a shape that suits a page."""
    west, east = _wide([x for x, _y in points], LEAST_WIDE, (-180, 180))
    south, north = _wide([y for _x, y in points], LEAST_HIGH, (SOUTHMOST, NORTHMOST))
    frame = Frame(west, south, east, north)
    if frame.height < FLATTEST * WIDTH:
        high = FLATTEST * WIDTH / frame.scale
        south, north = _wide([south, north], high, (SOUTHMOST, NORTHMOST), margin=0)
    elif frame.height > STEEPEST * WIDTH:
        wide = (east - west) * frame.height / (STEEPEST * WIDTH)
        west, east = _wide([west, east], wide, (-180, 180), margin=0)
    return Frame(west, south, east, north)


def _wide(
    values: list[float], least: float, limits: tuple[float, float], margin: float = MARGIN
) -> tuple[float, float]:
    """Span some values, at least so wide, and shifted to stay within the limits."""
    low, high = min(values), max(values)
    size = min(max((high - low) * (1 + 2 * margin), least), limits[1] - limits[0])
    start = (low + high - size) / 2
    start = min(max(start, limits[0]), limits[1] - size)
    return start, start + size


def _path(frame: Frame, ring: Ring) -> str:
    """Write a ring as whole numbers, each point by its step from the last."""
    points = [frame.place(it) for it in _clipped(ring, frame)]
    kept = [it for it, after in pairwise([*points, (-1, -1)]) if it != after]
    if len(kept) < 3:
        return ""
    steps = (f"{x - a},{y - b}" for (a, b), (x, y) in pairwise(kept))
    return f"M{kept[0][0]},{kept[0][1]}l{' '.join(steps)}z"


def _clipped(ring: Ring, frame: Frame) -> list[Point]:
    """Cut a ring at the frame's four sides, as Sutherland and Hodgman do."""
    points = list(ring)
    for axis, limit, sign in (
        (0, frame.west, 1),
        (0, frame.east, -1),
        (1, frame.south, 1),
        (1, frame.north, -1),
    ):
        points = list(_cut(points, axis, limit, sign))
    return points


def _cut(points: list[Point], axis: int, limit: float, sign: int) -> Iterable[Point]:
    for before, point in zip(points[-1:] + points[:-1], points, strict=True):
        was_in, is_in = (sign * (it[axis] - limit) >= 0 for it in (before, point))
        if was_in != is_in:
            share = (limit - before[axis]) / (point[axis] - before[axis])
            x, y = (before[it] + share * (point[it] - before[it]) for it in (0, 1))
            yield x, y
        if is_in:
            yield point


def _arc(one: tuple[int, int], other: tuple[int, int]) -> str:
    """Join two cities by a line that bends upwards, so that lines on one course stand apart."""
    (x1, y1), (x2, y2) = sorted((one, other))
    across, down = (y2 - y1) * BEND * 2, (x2 - x1) * BEND * 2
    return f"M{x1},{y1}Q{round((x1 + x2) / 2 + across)},{round((y1 + y2) / 2 - down)} {x2},{y2}"


def _labelled(dots: list[tuple[str, int, int]], height: int) -> Sequence[Dot]:
    """Write each name right, left, above or below its dot, wherever nothing else stands."""
    taken = [(x - DOT, y - DOT, x + DOT, y + DOT) for _name, x, y in dots]
    made = []
    for name, x, y in dots:
        for label_x, label_y, anchor in _sides(x, y):
            box = _box(name, label_x, label_y, anchor)
            inside = box[0] >= 0 and box[2] <= WIDTH and box[1] >= 0 and box[3] <= height
            if inside and not any(_meet(box, it) for it in taken):
                taken.append(box)
                made.append(Dot(x, y, name, label_x, label_y, anchor))
                break
        else:
            made.append(Dot(x, y, name))
    return made


def _sides(x: int, y: int) -> Iterable[tuple[int, int, str]]:
    yield x + 11, y + 6, "start"
    yield x - 11, y + 6, "end"
    yield x, y - 12, "middle"
    yield x, y + 25, "middle"


def _box(name: str, x: int, y: int, anchor: str) -> tuple[float, float, float, float]:
    """Return what a name covers; other scripts than Latin may be twice as wide."""
    wide = sum(LETTER if it < "\u0370" else 2 * LETTER for it in name)
    left = x - {"start": 0.0, "middle": wide / 2, "end": wide}[anchor]
    return left, y - LINE * 0.8, left + wide, y + LINE * 0.2


def _meet(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]

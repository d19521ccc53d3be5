"""The outlines of the land, read from TopoJSON."""

import json
from collections.abc import Iterable, Sequence
from functools import cache
from importlib import resources
from itertools import accumulate

Point = tuple[float, float]
"""Longitude and latitude, in degrees."""
Ring = Sequence[Point]


@cache
def land() -> Sequence[Ring]:
    """Return the rings of all land; borders are not in it."""
    source = resources.files("grants.directory.atlas") / "world-atlas-2.0.2" / "land-110m.json"
    return tuple(rings(json.loads(source.read_text("utf-8")), "land"))


def rings(topology: dict[str, object], name: str) -> Iterable[Ring]:
    """Decode the polygons of one object, by the TopoJSON specification.

    An arc holds whole numbers: its first point, then the step to each next one. A ring is a list
    of arcs that meet; ~n stands for arc n run backwards.
    """
    arcs = [_decoded(arc, topology["transform"]) for arc in topology["arcs"]]  # type: ignore[attr-defined]
    for polygon in _polygons(topology["objects"][name]):  # type: ignore[index]
        for ring in polygon:
            yield _joined([arcs[it] if it >= 0 else arcs[~it][::-1] for it in ring])


def _decoded(arc: list[list[int]], transform: object) -> list[Point]:
    (across, up), (west, south) = transform["scale"], transform["translate"]  # type: ignore[index]
    columns = accumulate(step[0] for step in arc)
    rows = accumulate(step[1] for step in arc)
    return [(x * across + west, y * up + south) for x, y in zip(columns, rows, strict=True)]


def _polygons(geometry: dict[str, object]) -> Iterable[list[list[int]]]:
    if geometry["type"] == "GeometryCollection":
        for part in geometry["geometries"]:  # type: ignore[attr-defined]
            yield from _polygons(part)
    elif geometry["type"] == "MultiPolygon":
        yield from geometry["arcs"]  # type: ignore[misc]
    else:
        yield geometry["arcs"]  # type: ignore[misc]


def _joined(arcs: list[list[Point]]) -> Ring:
    return [*arcs[0], *(point for arc in arcs[1:] for point in arc[1:])]

"""Outlines are read as TopoJSON is specified; a map shows all its cities, whole and apart."""

import re
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from grants.directory.atlas import drawing, outlines

GRANADA, MANNHEIM, YANTAI = (-3.61, 37.19), (8.47, 49.49), (121.44, 37.48)
TOPOLOGY = {
    "transform": {"scale": [2.0, 0.5], "translate": [100.0, 10.0]},
    # Two halves of a square, and a triangle by itself.
    "arcs": [
        [[0, 0], [1, 0], [0, 1]],
        [[0, 0], [0, 1], [1, 0]],
        [[5, 5], [1, 0], [0, 1], [-1, -1]],
    ],
    "objects": {
        "land": {
            "type": "GeometryCollection",
            "geometries": [
                {"type": "MultiPolygon", "arcs": [[[0, ~1]]]},
                {"type": "Polygon", "arcs": [[2]]},
            ],
        }
    },
}
POINTS = st.tuples(st.floats(-180, 180), st.floats(-58, 80))


def test_arcs_are_steps_and_an_arc_may_be_run_backwards():
    square, triangle = outlines.rings(TOPOLOGY, "land")

    assert square == [(100, 10), (102, 10), (102, 10.5), (100, 10.5), (100, 10)]
    assert triangle == [(110, 12.5), (112, 12.5), (112, 13), (110, 12.5)]


def test_the_land_is_closed_rings():
    land = outlines.land()

    assert len(land) > 100
    assert all(ring[0] == ring[-1] for ring in land)


@given(st.lists(POINTS, min_size=1, max_size=8))
def test_every_city_is_in_the_picture(points):
    made = drawing.draw(tuple((f"City {n}", it) for n, it in enumerate(points)), ())

    assert all(0 <= it.x <= made.width and 0 <= it.y <= made.height for it in made.dots)


@given(st.lists(st.tuples(st.floats(-10, 10), st.floats(35, 45)), min_size=2, max_size=30))
def test_no_name_covers_another_or_leaves_the_picture(points):
    made = drawing.draw(tuple((f"City {n}", it) for n, it in enumerate(points)), ())
    boxes = [
        drawing._box(it.name, it.label_x, it.label_y, it.anchor) for it in made.dots if it.anchor
    ]

    assert not any(drawing._meet(one, other) for one, other in combinations(boxes, 2))
    assert all(left >= 0 and right <= made.width for left, _top, right, _bottom in boxes)


def test_land_ends_where_the_picture_ends():
    made = drawing.draw((("Granada", GRANADA), ("Mannheim", MANNHEIM)), ((GRANADA, MANNHEIM),))

    for path in made.land.removesuffix("z").split("z"):
        numbers = [int(it) for it in re.findall(r"-?\d+", path)]
        x = y = 0
        for dx, dy in zip(numbers[::2], numbers[1::2], strict=True):
            x, y = x + dx, y + dy
            assert -1 <= x <= made.width + 1
            assert -1 <= y <= made.height + 1


def test_a_map_of_europe_and_china_has_the_shape_of_a_page():
    made = drawing.draw((("Granada", GRANADA), ("Yantai", YANTAI)), ((GRANADA, YANTAI),))

    assert 0.38 * made.width <= made.height <= 0.62 * made.width
    assert re.fullmatch(r"M\d+,\d+Q\d+,-?\d+ \d+,\d+", made.links[0])

"""The map of the house: what the picture says is so, and one name has one meaning."""

import ast
import re
from collections import defaultdict
from pathlib import Path

from tests.support import house

PATH = re.compile(r"`((?:alembic|features|grants|schemas|templates|tests|views)/[\w./-]*)`")
"""A file or a folder of the house, as documents write it."""

SAME = {
    "Criterion": "what a call judges by: as a table, and as the value that ranking reads",
    "Ranking": "a ranking: as a row, and as the value that was computed",
}
"""Classes of one name that mean the same."""


def test_the_picture_is_drawn_from_the_code():
    assert house.drawing() in house.PAGE.read_text(encoding="utf-8"), "make map"


def test_no_rooms_know_each_other_in_a_circle():
    assert house.circles() == []


def test_a_class_has_a_name_of_its_own():
    found = defaultdict(list)
    for layer in house.LAYERS:
        for path in sorted((house.ROOT / layer).rglob("*.py")):
            for node in ast.parse(path.read_text(encoding="utf-8")).body:
                if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                    found[node.name].append(str(path.relative_to(house.ROOT)))

    twice = {name: where for name, where in found.items() if len(where) > 1}
    assert twice.keys() == SAME.keys(), twice


def test_a_layer_has_few_loose_files():
    loose = {
        layer: [it.name for it in Path(house.ROOT / layer).glob("*.*") if it.is_file()]
        for layer in (*house.LAYERS, "templates", "tests")
    }

    assert {layer: names for layer, names in loose.items() if len(names) > 12} == {}


def test_documents_name_files_that_are_there():
    pages = [*house.ROOT.glob("*.md"), *(house.ROOT / "docs").rglob("*.md")]
    named = {
        (page.name, path)
        for page in pages
        for path in PATH.findall(page.read_text(encoding="utf-8"))
    }

    assert len(named) > 50
    assert [(page, path) for page, path in sorted(named) if not (house.ROOT / path).exists()] == []

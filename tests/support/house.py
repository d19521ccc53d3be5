"""The rooms of the house and who knows whom, read from the code: `python -m tests.support.house`.

A room is a folder or a file below grants/, schemas/ or views/. With `--write` the picture in
docs/architecture.md is drawn anew; tests/unit/test_house.py holds that it is true, and that no two
rooms know each other in a circle.
"""

import ast
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "architecture.md"
LAYERS = ("grants", "schemas", "views")
BEGIN, END = "<!-- drawn by: make map -->\n", "<!-- end of the drawing -->\n"

Rooms = Mapping[str, frozenset[str]]


@cache
def rooms() -> Rooms:
    """Tell which rooms each room imports; what only type checkers read is left out."""
    found: dict[str, set[str]] = {}
    for layer in LAYERS:
        for path in sorted((ROOT / layer).rglob("*.py")):
            module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
            here = _room(module.removesuffix(".__init__"))
            known = {_room(name) for name in _imported(path)}
            found.setdefault(here, set()).update(known - {here})
    return {here: frozenset(it for it in known if it in found) for here, known in found.items()}


def circles() -> list[list[str]]:
    """List the rooms that know each other in a circle, each circle once."""
    reach = {room: _reach(room, rooms()) for room in rooms()}
    seen = {
        tuple(sorted(it for it in reach[room] if room in reach[it])): None
        for room in reach
        if room in reach[room]
    }
    return [list(it) for it in seen]


def drawing() -> str:
    """Draw the rooms as a Mermaid graph: who knows whom, but for what others pass on."""
    lines = ["```mermaid", "graph TD"]
    for layer in (*LAYERS,):
        lines.append(f"  subgraph {layer}/")
        lines += [f"    {_id(it)}[{_name(it)}]" for it in sorted(rooms()) if _layer(it) == layer]
        lines.append("  end")
    lines += [f"  {_id(one)} --> {_id(other)}" for one, other in _longest_ways()]
    return "\n".join([*lines, "```", ""])


def _longest_ways() -> Iterator[tuple[str, str]]:
    for one, known in sorted(rooms().items()):
        for other in sorted(known):
            between = (it for it in known if it != other)
            if not any(other in _reach(it, rooms()) for it in between):
                yield one, other


def _reach(room: str, known: Rooms) -> set[str]:
    reached: set[str] = set()
    ahead = list(known[room])
    while ahead:
        there = ahead.pop()
        if there not in reached:
            reached.add(there)
            ahead += known[there]
    return reached


def _imported(path: Path) -> Iterator[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    checked = (it for it in ast.walk(tree) if isinstance(it, ast.If))
    unseen = {
        id(node)
        for it in checked
        if ast.unparse(it.test) == "TYPE_CHECKING"
        for node in ast.walk(it)
    }
    for node in ast.walk(tree):
        if id(node) in unseen:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _room(name: str) -> str:
    """Name the room of a module; the tables of all areas are one, below them and below access."""
    parts = name.split(".")
    if parts[0] == "grants" and parts[2:3] == ["models"] and parts[1] != "kit":
        return "grants.tables"
    return ".".join(parts[:2])


def _layer(room: str) -> str:
    return room.split(".")[0]


def _name(room: str) -> str:
    return room.split(".")[-1]


def _id(room: str) -> str:
    return room.replace(".", "_")


def main() -> None:
    """Print the drawing, or write it where it belongs."""
    if "--write" not in sys.argv:
        print(drawing(), *circles(), sep="\n")
        return
    text = PAGE.read_text(encoding="utf-8")
    before, rest = text.split(BEGIN)
    after = rest.split(END)[1]
    PAGE.write_text(f"{before}{BEGIN}\n{drawing()}\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()

"""The architecture, held: who imports whom, who asks the database, and who moves a status."""

import ast
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDERS = ("grants", "schemas", "views")
LONGEST = 350
WEB = {"pyramid", "webob", "colander", "deform", "schemas", "views"}
OUTSIDE = {
    "sqlalchemy", "os", "io", "pathlib", "socket", "urllib.request", "http", "subprocess", "shutil",
    "tempfile", "random", "time", "obstore",
}  # fmt: skip
"""What pure functions do without."""

IN_VIEWS = {
    ("views/web/request.py", "sqlalchemy.orm"): "the type of `request.db`, for grants/app.py",
    (
        "views/web/session/security.py",
        "sqlalchemy.exc",
    ): "a last sign of life may be lost",
}
MOVES = {
    "grants/kit/service.py": "Service.move, the one place",
    "grants/evaluation/service/rankings.py": "a run that a newer one supersedes",
    "grants/kit/jobs/embedded.py": "jobs are no noun of the fund's",
}
AREAS = (
    "accounts", "directory", "calls", "proposals", "evaluation", "roles", "decisions", "projects",
    "oversight",
)  # fmt: skip
"""The areas of the fund's work; each knows those before it.

What must look back is told by events."""
LOOKS_AHEAD = {
    ("grants/directory/service/pairings.py", "calls"): "cities are paired about a fund's topics",
    (
        "grants/decisions/queries/awarded_money.py",
        "projects",
    ): "what projects give back is free",
}
VAGUE = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "managers", "lib"}


def modules(*folders: str) -> list[str]:
    return sorted(
        str(path.relative_to(ROOT))
        for folder in folders
        for path in (ROOT / folder).rglob("*.py")
        if "__pycache__" not in path.parts
    )


@cache
def nodes(module: str) -> tuple[ast.AST, ...]:
    return tuple(ast.walk(ast.parse((ROOT / module).read_text(), module)))


@cache
def types_only(module: str) -> frozenset[int]:
    guarded = [
        it
        for it in nodes(module)
        if isinstance(it, ast.If) and "TYPE_CHECKING" in ast.unparse(it.test)
    ]
    return frozenset(id(node) for it in guarded for node in ast.walk(it))


@cache
def imported(module: str) -> frozenset[str]:
    """Name all that a module imports, wherever in it; what only type checkers read is not."""
    names = set()
    for node in nodes(module):
        if id(node) in types_only(module):
            continue
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{module}:{node.lineno} imports relatively"
            names |= {f"{node.module}", *(f"{node.module}.{alias.name}" for alias in node.names)}
    return frozenset(names)


def imports(folders: tuple[str, ...], forbidden: set[str]) -> list[str]:
    """List what the modules of some folders import of what they may not."""
    return [
        f"{module} imports {name}"
        for module in modules(*folders)
        for name in sorted(imported(module))
        if any(name == one or name.startswith(f"{one}.") for one in forbidden)
    ]


def test_the_core_knows_no_web():
    found = imports(("grants",), WEB)

    assert [it for it in found if not it.startswith("grants/app.py ")] == []


def test_schemas_know_no_requests_and_no_database():
    assert imports(("schemas",), {"pyramid", "webob", "views", "sqlalchemy"}) == []


def test_nobody_imports_the_composition_root():
    assert imports(FOLDERS, {"grants.app"}) == []


def test_the_kit_knows_no_area():
    house = imports(("grants/kit",), {"grants"})
    allowed = (" imports grants.kit", " imports grants.rules")

    assert [it for it in house if not any(room in it for room in allowed)] == []


def test_rules_take_values_and_give_values():
    pure = ("grants/rules",)
    house = imports(pure, {"grants"})

    assert imports(pure, OUTSIDE) == []
    assert [it for it in house if not it.split(" imports ")[1].startswith("grants.rules")] == []
    assert [module for module in modules(*pure) if "open" in called(module)] == []


def test_areas_look_one_way():
    found = set()
    for at, area in enumerate(AREAS):
        later = {f"grants.{it}" for it in AREAS[at + 1 :]}
        for it in imports((f"grants/{area}",), later):
            module, _imports, name = it.split(" ")
            found.add((module, name.split(".")[1]))

    assert found == LOOKS_AHEAD.keys()


def test_areas_do_not_know_what_puts_them_together():
    rooms = tuple(f"grants/{it}" for it in (*AREAS, "access", "kit", "rules"))

    above = {f"grants.{it}" for it in ("portal", "services", "models", "backups", "cli", "demo")}

    assert imports(rooms, above) == []


def test_views_import_no_database():
    found = imports(("views",), {"sqlalchemy"})
    allowed = tuple(f"{module} imports {name}" for module, name in IN_VIEWS)

    assert [it for it in found if not it.startswith(allowed)] == []


def test_views_ask_services_and_never_the_session():
    asked = [
        f"{module}:{node.lineno} {ast.unparse(node)}"
        for module in modules("views")
        for node in nodes(module)
        if isinstance(node, ast.Attribute) and (node.attr in ("query", "scalars", "execute", "db"))
    ]

    assert asked == []
    assert [module for module in modules("views") if called(module) & {"select", "exists"}] == []


def test_only_the_workflow_moves_a_status():
    found = {module: moves(module) for module in modules(*FOLDERS)}

    assert {module for module, lines in found.items() if lines} == MOVES.keys(), found


def test_exceptions_are_still_needed():
    assert all(name in imported(module) for module, name in IN_VIEWS)


def test_no_folder_hides_the_library_of_its_name():
    assert not (ROOT / "alembic" / "__init__.py").exists()


def test_modules_say_what_they_are_about():
    found = [it for it in modules(*FOLDERS, "tests") if Path(it).stem in VAGUE]

    assert found == []


def test_files_are_read_in_one_sitting():
    lengths = {it: len((ROOT / it).read_text().splitlines()) for it in modules(*FOLDERS)}

    assert {module: length for module, length in lengths.items() if length > LONGEST} == {}


def called(module: str) -> set[str]:
    return {ast.unparse(node.func) for node in nodes(module) if isinstance(node, ast.Call)}


def moves(module: str) -> list[int]:
    """Find the lines that set the status of something that is no answer to a request."""
    return [node.lineno for node in nodes(module) if _sets(node) or _updates(node)]


def _sets(node: ast.AST) -> bool:
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
    return any(
        isinstance(it, ast.Attribute)
        and it.attr == "status"
        and not ast.unparse(it.value).endswith(("response", "page", "answer"))
        for it in targets
    )


def _updates(node: ast.AST) -> bool:
    """Tell `setattr(..., "status", ...)` and `.values(status=...)`."""
    if not isinstance(node, ast.Call):
        return False
    name = ast.unparse(node.func)
    named = [it.value for it in node.args if isinstance(it, ast.Constant)]
    return (name.endswith("setattr") and "status" in named) or (
        name.endswith(".values") and "status" in [it.arg for it in node.keywords]
    )


def test_no_file_holds_what_a_merge_could_not_settle():
    marks = tuple(sign * 7 + " " for sign in "<>")
    kinds = {".py", ".jinja2", ".md", ".js", ".css", ".po", ".json", ".feature", ".ini", ".toml"}
    folders = ("alembic", "docs", "features", "grants", "schemas", "templates", "tests", "views")
    files = (it for folder in folders for it in (ROOT / folder).rglob("*") if it.suffix in kinds)
    marked = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in files
        if "vendor" not in path.parts
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if line.startswith(marks)
    ]

    assert marked == []

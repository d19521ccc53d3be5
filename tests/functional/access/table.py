"""The table of who may do what: worked out from the application, written for people.

`python -m tests.functional.access.table --write` writes docs/access.md anew.
"""

import sys
import tempfile
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path

from pyramid.router import Router
from pyramid.security import NO_PERMISSION_REQUIRED
from sqlalchemy.orm import Session

from grants.kit.database.tables import Base
from grants.kit.settings import parse
from grants.portal import Portal
from grants.rules.workflow import (
    AssignmentStatus,
    CallStatus,
    DeliverableStatus,
    ProjectStatus,
    ProposalStatus,
)
from tests.functional.access import scene
from tests.functional.access.asking import (
    DOOR,
    HIDDEN,
    KEY,
    OPEN,
    REFUSED,
    Address,
    Asking,
    Meets,
    Table,
    Way,
    addresses,
)
from tests.functional.access.scene import ACCOUNT, NOBODY, PEOPLE, State
from tests.support import world
from tests.support.clock import Clock

FILE = Path(__file__).parents[3] / "docs" / "access.md"
COMMAND = "python -m tests.functional.access.table --write"
_OUTCOMES = (OPEN, DOOR, REFUSED, HIDDEN)
_CHAPTERS = {
    "home": "Everybody",
    "register": "People and their accounts",
    "proposal": "Proposals",
    "reviews": "Reviews",
    "manage.fund": "The fund and its calls",
    "project": "Projects and what they owe",
}
_INTRODUCTION = f"""# Who may do what

Each address of the portal, and what everybody meets there, wherever the proposal, review, call
or project stands. Addresses at which everybody meets the same stand together. This page is worked
out from the application itself, and a test compares the two: whoever changes a permission changes
this page in the same commit, with `{COMMAND}`.

| Word | Meaning |
|---|---|
| **open** | shown, or done; the fund's rules (a deadline, what is missing) may still say no |
| {DOOR} | first the page to sign in, then back |
| {REFUSED} | a page that says no |
| {HIDDEN} | "not found", as if there were nothing |

*Look* is reading a page, *act* is pressing its button, *upload* is sending a file. The word in
brackets names the button where a page has several; the word after the colon is the permission in
the code. A dash stands for all that lies between, in this order:

| | |
|---|---|
"""
_ORDER = {
    "a proposal": ProposalStatus,
    "a review": AssignmentStatus,
    "a call": CallStatus,
    "a project": ProjectStatus,
    "a deliverable": DeliverableStatus,
}
_HEAD = ("| Who | Meets |", "|---|---|")


def written(asking: Asking) -> str:
    """Write the whole table."""
    lines = [_INTRODUCTION.rstrip("\n")]
    for noun, statuses in _ORDER.items():
        lines.append(f"| {noun} | {', '.join(_word(status) for status in statuses)} |")
    lines += ["", "| Who | |", "|---|---|"]
    lines += [f"| {who} | {what} |" for who, what in PEOPLE.items()]
    for name in _CHAPTERS.values():
        lines += ["", *chapter(asking, name)]
    return "\n".join(lines) + "\n"


def chapter(asking: Asking, name: str) -> list[str]:
    """Write one chapter."""
    here = _chapters(addresses(asking.app))[name]
    lines = [f"## {name}"]
    for said, together in _together(here, asking.outcomes(here)).items():
        lines += ["", *(f"- `{_shown(it)}`" for it in together), "", *said]
    return lines


def _shown(address: Address) -> str:
    return KEY.sub(r"{\1}", address.pattern)


def _chapters(every: Iterable[Address]) -> dict[str, list[Address]]:
    chapters: dict[str, list[Address]] = {}
    name = ""
    for address in every:
        name = _CHAPTERS.get(address.name, name)
        chapters.setdefault(name, []).append(address)
    return chapters


def _together(here: Iterable[Address], found: Table) -> dict[tuple[str, ...], list[Address]]:
    """Put addresses at which everybody meets the same together."""
    together: dict[tuple[str, ...], list[Address]] = {}
    for address in here:
        together.setdefault(tuple(_said(address, found[address])), []).append(address)
    return together


def _said(address: Address, found: Mapping[State, Meets]) -> Iterator[str]:
    """Say what everybody meets at an address; ways in that are alike together."""
    if not address.ways:
        yield "Nothing is here yet."
    alike: dict[tuple[str, tuple[str, ...]], list[Way]] = {}
    for way, needed in address.ways:
        rows = {who: {state: found[state][who, way] for state in found} for who in PEOPLE}
        permission = "" if needed == NO_PERMISSION_REQUIRED else f": `{needed}`"
        alike.setdefault((permission, tuple(_rows(rows))), []).append(way)
    for number, ((permission, rows), ways) in enumerate(alike.items()):
        heading = ", ".join(str(way) for way in ways).capitalize() + permission
        yield from ("",) if number else ()
        yield from (f"{heading} – {rows[0]}",) if len(rows) == 1 else (heading, "", *rows)


def _rows(meets: Mapping[str, Mapping[State, str]]) -> list[str]:
    """Say who meets what: in a sentence if it is simple, else row by row."""
    groups: dict[str, list[str]] = {}
    for who, met in meets.items():
        groups.setdefault(_states(met), []).append(who)
    simple = f"**{OPEN}**"
    if list(groups) == [simple]:
        return ["open to everybody."]
    if groups == {DOOR: [NOBODY], simple: [who for who in meets if who != NOBODY]}:
        return [f"open to everybody with an account; others are {DOOR}."]
    rest = next(met for met, people in groups.items() if ACCOUNT in people)
    rows = [f"| {', '.join(who)} | {met} |" for met, who in groups.items() if met != rest]
    return [*_HEAD, *rows, f"| everybody{' else' if rows else ''} | {rest} |"]


def _states(met: Mapping[State, str]) -> str:
    """Say what somebody meets where, the good news first: "**open**: draft; hidden: concluded"."""
    parts = []
    for outcome in _OUTCOMES:
        states = [state for state, it in met.items() if it == outcome]
        word = f"**{outcome}**" if outcome == OPEN else outcome
        if len(states) == len(met):
            return word
        if states:
            parts.append(f"{word}: {_ranges(states, list(met))}")
    return "; ".join(parts)


def _ranges(states: Sequence[State], every: Sequence[State]) -> str:
    """Name states; of a deliverable's, those of its project with its own in brackets."""
    if len(every[0]) == 1:
        return _runs([state[0] for state in states], [state[0] for state in every])
    own = list(dict.fromkeys(state[1] for state in every))
    said = []
    for first, group in groupby(states, key=lambda state: state[0]):
        found = [state[1] for state in group]
        said.append(first if found == own else f"{first} ({_runs(found, own)})")
    return ", ".join(said)


def _runs(found: Iterable[str], every: Sequence[str]) -> str:
    """Name statuses, runs of three and more by their ends."""
    runs: list[list[str]] = []
    for status in found:
        if runs and every.index(status) == every.index(runs[-1][-1]) + 1:
            runs[-1].append(status)
        else:
            runs.append([status])
    return ", ".join(
        f"{_word(run[0])} – {_word(run[-1])}" if len(run) > 2 else ", ".join(map(_word, run))
        for run in runs
    )


def _word(status: str) -> str:
    return status.replace("_", " ")


def asking_of(
    app: Router, portal: Portal, session: Session, clock: Clock, it: world.World
) -> Asking:
    """Put the scene together over a world."""
    services = portal.services(session)
    return Asking(app, scene.make(session, services, clock, it), services)


def _from_nothing(folder: str) -> str:
    from grants.app import main as make_app
    from tests.conftest import SETTINGS

    settings = SETTINGS | {"sqlalchemy.url": f"sqlite:///{folder}/table.sqlite"}
    app, clock = make_app(None, **settings), Clock()
    portal = Portal(parse(settings), clock)
    Base.metadata.create_all(portal.engine)
    with portal.sessions() as session:
        it = world.make(session, clock)
        text = written(asking_of(app, portal, session, clock, it))
    portal.engine.dispose()
    return text


def main(arguments: Sequence[str]) -> None:
    """Write the table to its file, or show it."""
    warnings.simplefilter("ignore")
    with tempfile.TemporaryDirectory() as folder:
        text = _from_nothing(folder)
    if "--write" in arguments:
        FILE.write_text(text)
    else:
        print(text)


if __name__ == "__main__":
    main(sys.argv[1:])

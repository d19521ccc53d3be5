"""Filling in forms as people do: by the labels they read."""

import re
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.support.story.texts import Costs

Place = Page | Locator


def fill(place: Place, answers: dict[str, Any], files: Any = None) -> None:
    """Answer questions by their labels; groups and rows by their legends."""
    # What people read first shows before the rest of a long page has arrived.
    (place if isinstance(place, Page) else place.page).wait_for_load_state()
    for label, answer in answers.items():
        if answer is True:
            place.get_by_label(label, exact=True).check()
        elif isinstance(answer, dict):
            fill(group(place, label), answer)
        elif isinstance(answer, list):
            fill_rows(place, label, answer)
        elif isinstance(answer, Costs):
            fill_costs(place, label, answer)
        elif files and group(place, label).count():
            attach(place, label, files(answer))
        else:
            write(field(place, label), answer)


def field(place: Place, label: str) -> Locator:
    """Find a field by its label, be it marked as optional or not."""
    return place.get_by_label(re.compile(rf"^\s*{re.escape(label)}(\s*\(optional\))?\s*$"))


def group(place: Place, legend: str) -> Locator:
    """Find a group of fields by its legend."""
    name = re.compile(rf"^\s*{re.escape(legend)}(\s*\(optional\))?\s*$")
    return place.get_by_role("group", name=name)


def write(control: Locator, answer: str) -> None:
    """Type an answer, or choose it where there is a list."""
    if control.evaluate("it => it.tagName") == "SELECT":
        control.select_option(label=answer)
    else:
        control.fill(answer)


def fill_rows(place: Place, legend: str, rows: list[dict[str, str]]) -> None:
    """Fill row after row, and ask for another one where there is none."""
    for number, answers in enumerate(rows, start=1):
        one = group(place, f"{legend}, {number}")
        if not one.count():
            place.get_by_role("button", name=f"Add a row {legend}").click()
        fill(one, answers)


def fill_costs(place: Place, legend: str, costs: Costs) -> None:
    """Fill a budget."""
    for number, row in enumerate(costs.rows, start=1):
        if not place.get_by_label(f"Description, row {number}").count():
            place.get_by_role("button", name=f"Add a row {legend}").click()
        for column, answer in zip(
            ("Description", "Heading", "Quantity", "Unit cost"), row, strict=True
        ):
            write(place.get_by_label(f"{column}, row {number}"), answer)
    write(field(place, "Indirect costs"), costs.indirect)
    write(field(place, "Grant requested"), costs.grant)


def attach(place: Place, legend: str, *files: Path) -> None:
    """Choose files and wait until they have arrived."""
    for file in files:
        group(place, legend).locator('input[type="file"]').set_input_files(file)
        expect(group(place, legend).get_by_role("link", name=file.name)).to_be_visible()
        (place if isinstance(place, Page) else place.page).wait_for_load_state()

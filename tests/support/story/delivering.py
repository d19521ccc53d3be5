"""Projects: agreements are signed, deliverables are logged, accepted, returned and accepted."""

from typing import Any

from playwright.sync_api import Page, expect

from tests.support.story import filling, texts
from tests.support.story.scene import OFFICERS, Scene, reads, text_of


def sign(scene: Scene, city: str) -> None:
    """Read the agreement, and enter the day on which both sides had signed."""
    visitor, project = scene.of(city), project_of(scene, city)
    page = visitor.go(f"/proposals/{scene.references[city]}")
    page.get_by_role("link", name="Go to the project").click()
    page.wait_for_url(f"**/projects/{project}")
    scene.look(visitor, "project-preparation")
    helena = scene.at("Helena")
    page = _find(scene, city)
    page.get_by_role("link", name="Go to the agreement").click()
    page.wait_for_url("**/agreement")
    scene.look(helena, "agreement")
    page.get_by_role("button", name="Record signature").click()
    reads(page, "There is a problem")
    scene.look(helena, "agreement-errors")
    filling.fill(page, {"Signed by both sides on": f"{texts.YEAR}-06-09"})
    page.get_by_role("button", name="Record signature").click()
    reads(page, "The signature is recorded.")
    scene.look(helena, "project-signed-manager")
    visitor.go(f"/projects/{project}")
    scene.look(visitor, "project-running")


def log_all(scene: Scene, city: str) -> None:
    """Log everything that was promised."""
    for number, log in enumerate(texts.LOGS[city], start=1):
        deliver(scene, city, number, log)


def deliver(scene: Scene, city: str, number: int, log: dict[str, Any]) -> None:
    """Say when and where, what, who took part, and show the proof."""
    visitor = scene.of(city)
    page = visitor.go(f"/projects/{project_of(scene, city)}/deliverables/{number}")
    scene.look(visitor, "deliverable-log")
    page.get_by_role("button", name="Save and submit").click()
    reads(page, "There is a problem")
    scene.look(visitor, "deliverable-log-errors")
    answers = {
        label: answer for label, answer in log.items() if label not in ("Participants", "Links")
    }
    for row, (title, address) in enumerate(log.get("Links", ()), start=1):
        filling.fill(filling.group(page, f"Links, {row}"), {"Title": title, "Web address": address})
    rows = [
        dict(zip(("Country", "Kind of organisation", "Number of people"), who, strict=True))
        for who in log.get("Participants", ())
    ]
    filling.fill_rows(page, "Participants", rows)
    # The page has a second “Web address”, in the rows of links.
    address = answers.pop("Web address", None)
    if address:
        filling.field(page, "Web address").first.fill(address)
    filling.fill(page, answers)
    filling.attach(page, "Files as evidence", scene.file(f"Evidence {number} of {city}.pdf"))
    scene.look(visitor, "deliverable-log-filled")
    page.get_by_role("button", name="Save and submit").click()
    reads(page, "Submitted. We are checking it")
    scene.look(visitor, "project-one-delivered")


def give_back(scene: Scene, city: str, number: int) -> None:
    """Return a deliverable and say what is missing."""
    helena = scene.at("Helena")
    page = _find(scene, city)
    scene.look(helena, "project-manager")
    owed = texts.PROPOSALS[city]["Deliverables"]["Planned deliverables"]
    page.get_by_role("link", name=f"{number}. {owed[number - 1]['Title']}").click()
    page.wait_for_url(f"**/deliverables/{number}")
    scene.look(helena, "deliverable-manager")
    page.locator("summary", has_text="Return the deliverable").click()
    page.get_by_role("button", name="Return").click()
    reads(page, "There is a problem")
    scene.look(helena, "deliverable-return-errors")
    filling.fill(page, {"Reason": texts.MISSING})
    page.get_by_role("button", name="Return").click()
    reads(page, "Returned. The team has been notified by email.")


def deliver_again(scene: Scene, city: str, number: int) -> None:
    """Read why in the mail and on the page, add what is missing, submit it again."""
    visitor = scene.of(city)
    [letter] = [it for it in scene.letters(OFFICERS[city]) if "complete" in it["Subject"]]
    assert texts.MISSING in text_of(letter)
    page = visitor.go(f"/projects/{project_of(scene, city)}/deliverables/{number}")
    reads(page, texts.MISSING)
    scene.look(visitor, "deliverable-returned")
    filling.attach(page, "Files as evidence", scene.file("List of participants.pdf"))
    page.get_by_role("button", name="Save and submit").click()
    reads(page, "Submitted. We are checking it")


def accept_all(scene: Scene, city: str) -> None:
    """Accept what was delivered, one after the other, and close the project."""
    helena, project = scene.at("Helena"), project_of(scene, city)
    for number in range(1, len(texts.LOGS[city]) + 1):
        page = helena.go(f"/projects/{project}/deliverables/{number}")
        page.get_by_role("button", name="Accept").click()
        reads(page, "Accepted.")
    scene.look(helena, "project-all-accepted")
    page.get_by_role("button", name="Close the project").click()
    reads(page, "The project is closed.")
    scene.look(helena, "project-closed")


def is_public(scene: Scene, city: str) -> None:
    """Find the award and all that came of it, without an account."""
    reader = scene.window("Reader")
    page = reader.go("/awards")
    scene.look(reader, "awards")
    page.locator(f'a[href$="{project_of(scene, city)}"]').click()
    for log in texts.LOGS[city]:
        expect(page.get_by_role("main")).to_contain_text(log["What was delivered"])
    scene.look(reader, f"award-{city.lower()}")


def _find(scene: Scene, city: str) -> Page:
    """Find a project from the page of its call, as the manager does."""
    helena = scene.at("Helena")
    page = helena.go(f"/manage/calls/{texts.CODE}")
    page.get_by_role("main").get_by_role("link", name="Awarded projects").click()
    page.wait_for_url("**/decisions#projects")
    scene.look(helena, "manage-projects")
    projects = page.get_by_role("table", name="Awarded projects")
    projects.get_by_role("link", name=texts.TITLES[city], exact=True).click()
    page.wait_for_url(f"**/projects/{project_of(scene, city)}")
    return page


def project_of(scene: Scene, city: str) -> str:
    """Name the project that a proposal became."""
    return f"{scene.references[city]}-P"

"""Helena writes a call, publishes it and invites reviewers."""

from tests.support.story import filling, texts
from tests.support.story.scene import ADDRESSES, PASSWORD, REVIEWERS, Scene, reads


def write_the_call(scene: Scene) -> None:
    """Fill in the form of a new call, by keyboard and mouse as it comes."""
    helena = scene.at("Helena")
    page = helena.page
    scene.look(helena, "work-manager")
    page.get_by_role("link", name="IUC Asia competitive fund").last.click()
    helena.go("/manage/funds/IUC-ASIA")
    scene.look(helena, "fund-empty")
    page.get_by_role("link", name="Create a call").click()
    scene.look(helena, "call-new")
    page.get_by_role("button", name="Save").click()
    reads(page, "There is a problem")
    scene.look(helena, "call-new-errors")
    filling.fill(page, texts.CALL)
    _rows(
        page,
        "Add a criterion",
        ("Criterion", "Guidance for reviewers", "Weight", "Threshold"),
        texts.CRITERIA,
    )
    _rows(page, "Add an item", ("Kind", "What is checked"), texts.CHECKLIST)
    page.get_by_role("button", name="Save", exact=True).click()
    reads(page, "The call is saved. Only the fund sees it.")
    scene.look(helena, "call-draft")


def _rows(page, button, labels, rows) -> None:
    items = (
        page.locator("[data-rows]")
        .filter(has=page.get_by_role("button", name=button))
        .locator("[data-row]")
    )
    for number, row in enumerate(rows):
        if items.count() <= number:
            page.get_by_role("button", name=button).click()
        for label, answer in zip(labels, row, strict=True):
            filling.write(filling.field(items.nth(number), label), answer)


def publish(scene: Scene) -> None:
    """Open the call to everybody."""
    helena = scene.at("Helena")
    helena.page.get_by_text("Publish the call").click()
    helena.page.get_by_role("button", name="Yes, publish it").click()
    reads(helena.page, "The call is published.")
    scene.look(helena, "call-published")


def read_the_call(scene: Scene) -> None:
    """Find the call from the first page, without an account."""
    reader = scene.window("Reader")
    reader.go("/")
    scene.look(reader, "home")
    reader.page.get_by_role("link", name=texts.TITLE).click()
    for words in ("Excellence", "Impact", "Implementation", f"31 March {texts.YEAR}", "120,000.00"):
        reads(reader.page, words)
    scene.look(reader, "call-public")


def invite(scene: Scene, *names: str) -> None:
    """Invite people to review, by their email addresses."""
    helena = scene.at("Helena")
    for name in names:
        helena.go(f"/manage/calls/{texts.CODE}/invite")
        scene.look(helena, "invite-reviewer")
        filling.fill(helena.page, {"Email address": ADDRESSES[name]})
        helena.page.get_by_role("button", name="Send the invitation").click()
        reads(helena.page, f"The invitation to {ADDRESSES[name]} is on its way.")


def accept(scene: Scene, name: str) -> None:
    """Open the invitation in the mail and make an account there."""
    visitor = scene.window(name)
    page = visitor.go(scene.link(name))
    scene.look(visitor, "invitation")
    filling.fill(page, {"Your name": REVIEWERS[name], "New password": "short"})
    page.get_by_role("button", name="Create the account and accept").click()
    reads(page, "There is a problem")
    scene.look(visitor, "invitation-errors")
    filling.fill(page, {"New password": PASSWORD})
    page.get_by_role("button", name="Create the account and accept").click()
    reads(page, "You have accepted the invitation. Welcome!")
    scene.signed_in.add(name)
    scene.look(visitor, "welcome-reviewer")

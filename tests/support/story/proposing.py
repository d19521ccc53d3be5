"""Cities write their proposals and submit them."""

from playwright.sync_api import expect

from tests.support.story import filling, texts
from tests.support.story.papers import words_of
from tests.support.story.scene import ADDRESSES, OFFICERS, PASSWORD, Scene, reads, text_of


def start(scene: Scene, city: str) -> None:
    """Begin at the call's public page, and sign in on the way."""
    name = OFFICERS[city]
    visitor = scene.window(name)
    page = visitor.go(f"/calls/{texts.CODE}")
    page.get_by_role("link", name="Start a proposal").click()
    scene.look(visitor, "sign-in")
    filling.fill(page, {"Email address": ADDRESSES[name], "Password": PASSWORD})
    page.get_by_role("button", name="Sign in").click()
    scene.signed_in.add(name)
    scene.look(visitor, "proposal-start")
    page.get_by_role("button", name="Start the proposal").click()
    page.wait_for_url(f"**/proposals/{texts.CODE}-*")
    scene.references[city] = page.url.rpartition("/")[2]
    scene.look(visitor, "proposal-begun")


def follow_what_is_missing(scene: Scene, city: str) -> None:
    """Begin the first section, and follow each line of what it misses to its question."""
    visitor = scene.of(city)
    page = visitor.page
    begun = page.url
    reads(page, "Missing items of a section are listed here once you have started it.")
    visitor.go(f"/proposals/{scene.references[city]}/sections/project")
    filling.fill(page, {"Title": texts.TITLES[city]}, scene.file)
    page.get_by_role("button", name="Save", exact=True).click()
    reads(page, "Saved.")
    page.goto(begun)
    links = page.locator("ul.missing a")
    assert links.all_inner_texts() == ["Topic", "Summary", "Period of the project"]
    for number in range(links.count()):
        question = links.nth(number).inner_text()
        links.nth(number).click()
        page.wait_for_url("**/sections/**")
        place = page.url.rpartition("#")[2]
        asked = page.locator(f'[id="{place}"]')
        expect(asked).to_be_visible()
        assert question in asked.evaluate(ASKED), (question, place)
        page.go_back()
    scene.look(visitor, "proposal-missing")


ASKED = """it => [...(it.labels ?? []), it.closest('fieldset'), it]
    .map(one => one?.textContent ?? '').join(' ')"""
"""What stands at a question: its label, or the legend of its group."""


def answer(scene: Scene, city: str) -> None:
    """Go from section to section and answer everything."""
    visitor = scene.of(city)
    page = visitor.go(f"/proposals/{scene.references[city]}/sections/project")
    for title, answers in texts.PROPOSALS[city].items():
        expect(page.get_by_role("heading", name=title, exact=True)).to_be_visible()
        scene.look(visitor, f"section-{title}".lower().replace(" ", "-"))
        filling.fill(page, answers, scene.file)
        scene.look(visitor, f"section-{title}-filled".lower().replace(" ", "-"))
        page.locator(".form-buttons button").first.click()
    reads(page, "Your proposal is complete. Check your answers and submit it.")
    scene.look(visitor, "proposal-complete")


def add_up(scene: Scene, city: str, total: str) -> None:
    """Change a cost and change it back: the sums follow at once."""
    page = scene.of(city).go(f"/proposals/{scene.references[city]}/sections/budget")
    sums = page.locator('[data-sum="total"]')
    expect(sums).to_have_text(total)
    quantity = page.get_by_label("Quantity, row 2")
    quantity.fill("2")
    expect(sums).to_have_text("58,750.50")
    quantity.fill("1")
    expect(sums).to_have_text(total)
    page.get_by_role("button", name="Save", exact=True).click()
    reads(page, "Saved.")


def preview(scene: Scene, city: str) -> None:
    """Read the whole proposal, answers and rows."""
    visitor = scene.of(city)
    page = visitor.go(f"/proposals/{scene.references[city]}")
    page.get_by_role("link", name="Preview").click()
    for words in ("University of Granada", "Speakers cannot travel", "44,250.50", "Carta de"):
        reads(page, words)
    scene.look(visitor, "preview")


def submit(scene: Scene, city: str) -> None:
    """Press the button."""
    visitor = scene.of(city)
    page = visitor.go(f"/proposals/{scene.references[city]}")
    page.get_by_role("link", name="Check your answers").click()
    page.get_by_role("button", name="Submit the proposal").click()
    reads(page, "We have received your proposal")
    scene.look(visitor, "receipt")


def has_a_receipt(scene: Scene, city: str) -> None:
    """Find the receipt on its page, as a PDF, and in a letter."""
    visitor, reference = scene.of(city), scene.references[city]
    receipt = f"R-{reference}-01"
    page = visitor.go(f"/proposals/{reference}/receipt")
    reads(page, receipt)
    [letter] = [it for it in scene.letters(OFFICERS[city]) if reference in it["Subject"]]
    [attached] = letter.iter_attachments()
    assert receipt in text_of(letter) + letter["Subject"]
    assert receipt in words_of(attached.get_content())
    downloaded = scene.download(visitor, f"/proposals/{reference}/receipt.pdf")
    assert downloaded == attached.get_content()
    visitor.go(f"/proposals/{reference}")
    scene.look(visitor, "proposal-submitted")
    visitor.go("/work")
    scene.look(visitor, "work-applicant")

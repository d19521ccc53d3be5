"""The evaluation: checks, interests, reviews, ranking, decisions, letters."""

import re

from playwright.sync_api import Page, expect

from tests.support.story import filling, texts
from tests.support.story.papers import words_of
from tests.support.story.scene import OFFICERS, REVIEWERS, Scene, reads, text_of

CALL = f"/manage/calls/{texts.CODE}"


def check(scene: Scene, city: str) -> None:
    """Answer each item with its evidence, then conclude."""
    helena = scene.at("Helena")
    page = helena.go(f"/proposals/{scene.references[city]}")
    scene.look(helena, "manage-proposal")
    page.get_by_role("link", name="Check eligibility").click()
    scene.look(helena, "check")
    items = page.locator(".check-table tbody tr")
    expect(items).to_have_count(len(texts.CHECKLIST))
    for number, _ in enumerate(texts.CHECKLIST):
        item = items.nth(number)
        item.get_by_label("is it met?").select_option("yes")
        item.get_by_label("– evidence").fill("Section “Annexes”, and the programme's register.")
    page.get_by_role("button", name="Save", exact=True).click()
    reads(page, f"{len(texts.CHECKLIST)} of {len(texts.CHECKLIST)} items answered")
    scene.look(helena, "check-answered")
    page.get_by_role("button", name="Complete the check").click()
    page.wait_for_url(re.compile(r"/(proposals|check)"))


def all_eligible(scene: Scene) -> None:
    """See three eligible proposals in the list."""
    helena = scene.at("Helena")
    page = helena.go(f"{CALL}/proposals")
    expect(page.locator("tbody").get_by_text("Eligible", exact=True)).to_have_count(3)
    scene.look(helena, "manage-proposals")
    helena.go(CALL)
    scene.look(helena, "manage-call-checked")


def open_the_stage(scene: Scene, *names: str) -> None:
    """Open the evaluation until 30 April, and ask reviewers for everything."""
    helena = scene.at("Helena")
    page = helena.go(f"{CALL}/stage")
    scene.look(helena, "stage-before")
    filling.fill(page, {"Reviews are due on": f"{texts.YEAR}-04-30"})
    page.get_by_role("button", name="Open the evaluation").click()
    reads(page, "The evaluation is open.")
    scene.look(helena, "stage-open")
    helena.go(f"{CALL}/assign")
    page.get_by_role("button", name="Assign", exact=True).click()
    reads(page, "Select at least one proposal and one reviewer.")
    scene.look(helena, "assign-errors")
    for label in [*texts.TITLES.values(), *(REVIEWERS[name] for name in names)]:
        page.get_by_label(re.compile(f"^{re.escape(label)}")).check()
    page.get_by_role("button", name="Assign", exact=True).click()
    reads(page, "New review invitations: 9.")
    scene.look(helena, "assign")


def was_asked(scene: Scene, name: str) -> None:
    """Find one letter that asks for three reviews."""
    letter = scene.letters(name)[-1]
    assert "3" in text_of(letter) or "three" in text_of(letter), text_of(letter)
    assert texts.TITLE in text_of(letter)


def declare_an_interest(scene: Scene, name: str, city: str) -> None:
    """Say that one cannot judge this proposal."""
    visitor = scene.at(name)
    page = _offer(scene, name, city)
    scene.look(visitor, "review-offer")
    page.get_by_role("button", name="Declare").click()
    reads(page, "There is a problem")
    scene.look(visitor, "review-offer-errors")
    page.get_by_label(re.compile("^I have an interest")).check()
    filling.fill(
        page, {"Description of the interest": "My university shares a laboratory with the city."}
    )
    page.get_by_role("button", name="Declare").click()
    expect(page.get_by_role("heading", name="Your reviews", level=1)).to_be_visible()
    scene.look(visitor, "reviews-after-interest")


def sees_nothing(scene: Scene, name: str, city: str) -> None:
    """Find no trace of the proposal anywhere."""
    visitor, reference, title = scene.at(name), scene.references[city], texts.TITLES[city]
    for path in ("/work", "/reviews"):
        page = visitor.go(path)
        expect(page.get_by_role("main")).not_to_contain_text(title)
        expect(page.get_by_role("main")).not_to_contain_text(reference)
    for path in (f"/proposals/{reference}", f"/proposals/{reference}/proposal.pdf", scene.offer):
        answer = visitor.context.request.get(visitor.address + path)
        assert answer.status == 404, path


def replace(scene: Scene, name: str, city: str) -> None:
    """Ask somebody else for one more review."""
    helena = scene.at("Helena")
    helena.go(f"{CALL}/interests")
    scene.look(helena, "conflicts")
    page = helena.go(f"/proposals/{scene.references[city]}/reviewers")
    scene.look(helena, "reviewers-one-missing")
    page.get_by_label(REVIEWERS[name]).check()
    page.get_by_role("button", name="Assign").click()
    reads(page, "New review invitations: 1.")


def review(scene: Scene, name: str, city: str) -> None:
    """Declare no interest, score in half points with comments, look again, submit."""
    visitor = scene.at(name)
    page = _offer(scene, name, city)
    page.get_by_label("I have no interest in this proposal.").check()
    page.get_by_role("button", name="Declare").click()
    scene.look(visitor, "review-form")
    page.get_by_role("button", name="Check and submit").click()
    reads(page, "There is a problem")
    scene.look(visitor, "review-form-errors")
    for criterion, points in texts.SCORES[city].items():
        place = filling.group(page, criterion)
        place.get_by_role("radio", name=points, exact=True).check()
        place.get_by_label("Comment").fill(texts.COMMENTS[city])
    filling.fill(page, {"Only for the fund": f"Written by {REVIEWERS[name]}."})
    page.get_by_role("button", name="Check and submit").click()
    reads(page, "Your review")
    scene.look(visitor, "review-submit")
    page.get_by_role("button", name="Submit review", exact=True).click()
    reads(page, "Your review is submitted.")
    scene.look(visitor, "reviews-some-done")


def _offer(scene: Scene, name: str, city: str) -> Page:
    page = scene.at(name).go("/reviews")
    scene.look(scene.at(name), "reviews")
    page.get_by_role("link", name=texts.TITLES[city]).click()
    page.wait_for_url(re.compile(r"/reviews/\d+"))
    scene.offer = page.url.removeprefix(scene.at(name).address)
    return page


def three_reviews_each(scene: Scene) -> None:
    """See that nothing is missing."""
    helena = scene.at("Helena")
    page = helena.go(f"{CALL}/stage")
    reads(page, "9 of 9 reviews submitted")
    scene.look(helena, "stage-complete")
    helena.go(f"/proposals/{scene.references['Granada']}/reviewers")
    scene.look(helena, "reviewers-complete")


def close_and_rank(scene: Scene) -> None:
    """Close the stage and compute the ranking."""
    helena = scene.at("Helena")
    page = helena.go(f"{CALL}/stage")
    page.get_by_text("Close the stage", exact=True).last.click()
    page.get_by_role("button", name="Yes, close the stage").click()
    reads(page, "The stage is closed.")
    scene.look(helena, "ranking-before")
    helena.go(f"{CALL}/ranking")
    page.get_by_role("button", name="Compute the ranking").click()
    reads(page, "The ranking is computed.")


def is_ranked(scene: Scene) -> None:
    """Read the ranking from the top down."""
    helena = scene.at("Helena")
    rows = helena.page.locator("tbody tr").filter(has=helena.page.locator("th"))
    for number, (city, outcome) in enumerate(
        (("Granada", "Main list"), ("Mannheim", "Main list"), ("Łódź", "Below"))
    ):
        expect(rows.nth(number)).to_contain_text(texts.TITLES[city])
        expect(rows.nth(number)).to_contain_text(outcome)
    # Three reviewers agree: 4.5 + 4.5 times 1.5 + 4 is 15.25.
    expect(rows.nth(0)).to_contain_text("15.25")
    scene.look(helena, "ranking")


def adopt(scene: Scene) -> None:
    """Adopt what was looked at."""
    page = scene.at("Helena").page
    page.get_by_text("Adopt the ranking", exact=True).last.click()
    page.get_by_role("button", name="Yes, adopt the ranking").click()
    reads(page, "The ranking is adopted.")


def decide(scene: Scene, city: str, decision: str, amount: str = "") -> None:
    """Decide, with reasons."""
    helena = scene.at("Helena")
    helena.go(f"{CALL}/decisions")
    scene.look(helena, "letters-undecided")
    page = helena.go(f"/proposals/{scene.references[city]}/decision")
    scene.look(helena, "decision")
    if decision == "Award":
        filling.fill(page, {"Amount of the award": ""})
        page.get_by_role("button", name="Save decision").click()
        reads(page, "There is a problem")
        scene.look(helena, "decision-errors")
    page.get_by_label(decision, exact=True).check()
    filling.fill(page, {"Amount of the award": amount, "Reasons": texts.REASONS[city]})
    page.get_by_role("button", name="Save decision").click()
    reads(page, "The decision is saved.")


def send_letters(scene: Scene) -> None:
    """Send all letters at once."""
    helena = scene.at("Helena")
    page = helena.go(f"{CALL}/decisions")
    scene.look(helena, "letters-ready")
    page.get_by_text("Send the letters", exact=True).last.click()
    page.get_by_role("button", name="Yes, send the letters").click()
    reads(page, "Letters sent: 3.")
    scene.look(helena, "letters-sent")
    helena.go(CALL)
    scene.look(helena, "manage-call-decided")


def has_its_letter(scene: Scene, city: str) -> None:
    """Find the letter in the mail and on the page: the reasons, and nobody's name."""
    visitor, reference = scene.of(city), scene.references[city]
    letters = [it for it in scene.letters(OFFICERS[city]) if list(it.iter_attachments())]
    path = f"/proposals/{reference}/letter.pdf"
    downloaded = scene.download(visitor, path)
    [sent] = [it for it in letters if next(it.iter_attachments()).get_content() == downloaded]
    said = words_of(downloaded)
    assert texts.REASONS[city] in said
    assert texts.COMMENTS[city] in said
    for name in REVIEWERS.values():
        assert name not in said + text_of(sent)
        assert name.encode() not in downloaded
    visitor.go(f"/proposals/{reference}")
    scene.look(visitor, f"proposal-decided-{city.lower()}")

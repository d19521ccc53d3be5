"""What stands in a PDF."""

import io
import re
import subprocess
from pathlib import Path

import pypdf

from tests.support.story import texts
from tests.support.story.scene import Scene
from tests.support.visitors import SHOTS


def words_of(content: bytes) -> str:
    """Give the text of a PDF, with one blank where there are several."""
    assert content.startswith(b"%PDF-"), content[:40]
    pages = pypdf.PdfReader(io.BytesIO(content)).pages
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pages))


def all_of_them(scene: Scene) -> None:
    """Fetch each paper as whoever reads it, and look for what must stand in it."""
    helena = scene.at("Helena")
    for city in ("Granada", "Mannheim"):
        visitor, reference = scene.of(city), scene.references[city]
        answers = texts.PROPOSALS[city]
        about = answers["The project"]
        owed = [row["Title"] for row in answers["Deliverables"]["Planned deliverables"]]
        logs = [log["What was delivered"] for log in texts.LOGS[city]]
        proposal, project = f"/proposals/{reference}", f"/projects/{reference}-P"
        for path, words in (
            (f"{proposal}/proposal.pdf", (about["Title"], about["Summary"], *owed)),
            (f"{proposal}/receipt.pdf", (f"R-{reference}-01", about["Title"])),
            (f"{proposal}/letter.pdf", (about["Title"], texts.REASONS[city])),
            (f"{project}/agreement.pdf", (about["Title"], f"9 June {texts.YEAR}", *owed)),
            (f"{project}/deliverables.pdf", (about["Title"], *owed, *logs)),
        ):
            require(scene.download(visitor, path), path, words)
    path = f"/manage/calls/{texts.CODE}/award-report.pdf"
    require(scene.download(helena, path), path, (*texts.TITLES.values(), "35,000", "50,000"))
    path = f"/proposals/{scene.references['Łódź']}/letter.pdf"
    require(scene.download(scene.of("Łódź"), path), path, (texts.REASONS["Łódź"],))


def require(content: bytes, path: str, words: tuple[str, ...]) -> None:
    """Fail unless all these words stand in the PDF; take its picture if pictures are wanted."""
    said = words_of(content)
    for each in words:
        assert " ".join(each.split()) in said, f"{path} does not say: {each}"
    if SHOTS:
        name = path.strip("/").replace("/", "-").removesuffix(".pdf")
        command = ["pdftoppm", "-png", "-r", "60", "-", str(Path(SHOTS, f"pdf-{name}"))]
        subprocess.run(command, input=content, check=True)

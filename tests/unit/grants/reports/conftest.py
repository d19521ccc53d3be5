"""Documents to print, and how a test reads what was printed."""

import io
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import pikepdf
import pypdf
import pytest

from grants.reports import proposal, receipt
from grants.reports.parts import BudgetLine, FileEntry, PartnerEntry, PlannedDeliverable
from grants.reports.wording import Imprint


@dataclass(frozen=True)
class Printed:
    """A PDF as a reader, a machine and a screen reader meet it."""

    data: bytes

    @property
    def pages(self) -> list[str]:
        return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(self.data)).pages]

    @property
    def text(self) -> str:
        return "\n".join(self.pages)

    @property
    def words(self) -> str:
        return " ".join(self.text.split())

    @property
    def outline(self) -> list[Any]:
        def names(entries: list[Any]) -> list[Any]:
            return [names(e) if isinstance(e, list) else e.title for e in entries]

        return names(pypdf.PdfReader(io.BytesIO(self.data)).outline)

    def open(self) -> pikepdf.Pdf:
        return pikepdf.open(io.BytesIO(self.data))

    def kinds(self) -> list[str]:
        """Name the kinds of the structure's elements in reading order."""
        with self.open() as pdf:
            return list(_kinds(pdf.Root.StructTreeRoot.K[0]))


def _kinds(element: Any) -> Any:
    yield str(element.S)[1:]
    for kid in element.K:
        if "/S" in kid:
            yield from _kinds(kid)


@pytest.fixture
def imprint() -> Imprint:
    return Imprint(fund="IUC Asia Competitive Fund", version="a3f5c09be1724d68" * 4)


@pytest.fixture
def handed_in_at() -> datetime:
    return datetime(2020, 3, 31, 14, 59, 3, tzinfo=UTC)


@pytest.fixture
def letter_of_commitment() -> FileEntry:
    return FileEntry(name="letter of commitment.pdf", size=1_234_567, sha256="ab12" * 16)


@pytest.fixture
def granada_receipt(imprint, handed_in_at, letter_of_commitment) -> receipt.Receipt:
    return receipt.Receipt(
        imprint=imprint,
        number="R-2020-000017",
        reference="IUC-2020-007",
        title="Blockchain for smart, circular and biotech cities",
        call="Competitive fund 2020",
        applicant="Granada, Łódź, Αθήνα, София, 广州",
        handed_in_by="María José Álvarez",
        submitted_at=handed_in_at,
        version_number=2,
        sha256="9b4d" * 16,
        files=[letter_of_commitment],
    )


@pytest.fixture
def granada_proposal(imprint, handed_in_at, letter_of_commitment) -> proposal.Proposal:
    return proposal.Proposal(
        imprint=imprint,
        reference="IUC-2020-007",
        title="Blockchain for smart, circular and biotech cities",
        call="Competitive fund 2020",
        organisation="Granada",
        version_number=2,
        currency="EUR",
        status="Handed in",
        sha256="9b4d" * 16,
        submitted_at=handed_in_at,
        sections=[
            proposal.Section(
                title="The project",
                answers=[
                    proposal.TextAnswer(
                        label="Summary", text="Three webinars.\n- cities\n\nOne view."
                    ),
                    proposal.TextAnswer(
                        label="摘要", text="三个主题网络研讨会将由格拉纳达市举办。" * 9
                    ),
                    proposal.TextAnswer(label="Anything else", text=" "),
                    proposal.TableAnswer(
                        label="Work packages", columns=["No.", "Title"], rows=[("1", "Webinars")]
                    ),
                    proposal.TableAnswer(label="Risks", columns=["Risk", "Answer"], rows=[]),
                ],
            )
        ],
        budget=[
            BudgetLine(heading="Human resources", total_cents=4_200_000, requested_cents=3_000_000),
            BudgetLine(
                heading="Travel", total_cents=1_850_050, requested_cents=1_500_000, note="Guangzhou"
            ),
        ],
        partners=[PartnerEntry(name="Łódź", kind="City", country="Poland")],
        deliverables=[
            PlannedDeliverable(
                title="Webinar", kind="Webinar", due=date(2020, 7, 15), description="Smart city"
            ),
            PlannedDeliverable(title="Platform", kind="Platform", due=None),
        ],
        files=[letter_of_commitment],
    )


@pytest.fixture
def printed() -> type[Printed]:
    return Printed

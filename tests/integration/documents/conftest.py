"""Documents to print, and how a test reads what was printed."""

import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any

import pikepdf
import pypdf
import pytest

from grants.decisions.documents import letter
from grants.kit.pdf.parts import BudgetEntry, FileEntry, PartnerEntry, PlannedDeliverableEntry
from grants.kit.pdf.wording import Imprint
from grants.oversight.documents import award_audit, award_pages, award_report
from grants.projects.documents import agreement, deliverables
from grants.proposals.documents import proposal, receipt
from grants.rules.workflow import DecisionKind


@dataclass(frozen=True)
class Printed:
    """A PDF as a reader, a machine and a screen reader meet it."""

    data: bytes

    @property
    def reader(self) -> pypdf.PdfReader:
        return pypdf.PdfReader(io.BytesIO(self.data))

    @property
    def pages(self) -> list[str]:
        return [page.extract_text() for page in self.reader.pages]

    @property
    def joined(self) -> str:
        """The text in its order of reading without the line breaks that paper needs."""
        return "".join(self.text.splitlines())

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

        return names(self.reader.outline)

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
def submitted_at() -> datetime:
    return datetime(2020, 3, 31, 14, 59, 3, tzinfo=UTC)


@pytest.fixture
def letter_of_commitment() -> FileEntry:
    return FileEntry(name="letter of commitment.pdf", size=1_234_567, sha256="ab12" * 16)


@pytest.fixture
def granada_receipt(imprint, submitted_at, letter_of_commitment) -> receipt.Receipt:
    return receipt.Receipt(
        imprint=imprint,
        number="R-2020-000017",
        reference="IUC-2020-007",
        title="Blockchain for smart, circular and biotech cities",
        call="Competitive fund 2020",
        applicant="Granada, Łódź, Αθήνα, София, 广州",
        submitted_by="María José Álvarez",
        submitted_at=submitted_at,
        version_number=2,
        sha256="9b4d" * 16,
        files=[letter_of_commitment],
    )


@pytest.fixture
def granada_proposal(imprint, submitted_at, letter_of_commitment) -> proposal.ProposalDocument:
    return proposal.ProposalDocument(
        imprint=imprint,
        reference="IUC-2020-007",
        title="Blockchain for smart, circular and biotech cities",
        call="Competitive fund 2020",
        organisation="Granada",
        version_number=2,
        currency="EUR",
        status="Submitted",
        sha256="9b4d" * 16,
        submitted_at=submitted_at,
        sections=[
            proposal.SectionEntry(
                title="The project",
                answers=[
                    proposal.TextAnswer(
                        label="Summary", text="Three webinars.\n- cities\n\n\n\nOne view."
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
            BudgetEntry(
                heading="Human resources", total_cents=4_200_000, requested_cents=3_000_000
            ),
            BudgetEntry(
                heading="Travel", total_cents=1_850_050, requested_cents=1_500_000, note="Guangzhou"
            ),
        ],
        partners=[PartnerEntry(name="Łódź", kind="City", country="Poland")],
        deliverables=[
            PlannedDeliverableEntry(
                title="Webinar", kind="Webinar", due=date(2020, 7, 15), description="Smart city"
            ),
            PlannedDeliverableEntry(title="Platform", kind="Platform", due=None),
        ],
        files=[letter_of_commitment],
    )


@pytest.fixture
def printed() -> type[Printed]:
    return Printed


HOSTILE = "<b>Bold</b> & <img src='file:///etc/passwd'> " + "x" * 300 + " 广州"


@pytest.fixture
def hostile() -> str:
    """A text that would break a careless document."""
    return HOSTILE


@pytest.fixture
def granada_letter(imprint) -> letter.LetterDocument:
    return letter.LetterDocument(
        imprint=imprint,
        reference="IUC-2020-007",
        title="Blockchain for smart, circular and biotech cities",
        call="Competitive fund 2020",
        applicant="Ayuntamiento de Granada",
        address="Plaza del Carmen s/n\n18009 Granada\nSpain",
        decided_on=date(2020, 5, 14),
        kind=DecisionKind.AWARD_WITH_CONDITIONS,
        reasons="A convincing partnership.",
        redress="You may ask us to look again at the procedure.",
        redress_until=date(2020, 6, 13),
        conditions=["Name the hosting of the platform."],
        amount_cents=5_885_000,
        rank=1,
        criteria=[
            letter.CriterionScore(
                name="Relevance",
                score=Fraction(9, 2),
                maximum=Fraction(5),
                weight=Fraction(2, 5),
                threshold=Fraction(3),
                comments=["Clearly tied to the topics."],
            ),
            letter.CriterionScore(
                name="Feasibility", score=None, maximum=Fraction(5), weight=Fraction(1, 8)
            ),
        ],
        total=letter.Total(score=Fraction(13, 3), maximum=Fraction(5), threshold=Fraction(7, 2)),
        signatory="Elena Rossi",
        signatory_role="Fund manager",
    )


@pytest.fixture
def granada_agreement(imprint, granada_proposal) -> agreement.AgreementDocument:
    return agreement.AgreementDocument(
        imprint=imprint,
        reference="IUC-2020-007/GA",
        title=granada_proposal.title,
        call="Competitive fund 2020",
        funder=agreement.Party(
            name="IUC Asia Competitive Fund",
            address="1160 Brussels",
            represented_by="Elena Rossi",
            role="Fund manager",
        ),
        beneficiary=agreement.Party(
            name="Ayuntamiento de Granada",
            address="18009 Granada",
            represented_by="Luis Salvador",
            role="Mayor",
        ),
        starts_on=date(2020, 6, 1),
        ends_on=date(2021, 5, 31),
        amount_cents=4_500_000,
        total_cents=6_050_050,
        partners=granada_proposal.partners,
        budget=granada_proposal.budget,
        deliverables=granada_proposal.deliverables,
        payment_terms=["80 % of the grant as pre-financing."],
        clauses=[agreement.Clause(title="Records", text="Keep all records for five years.")],
        signed_on=date(2020, 5, 28),
    )


@pytest.fixture
def granada_report(imprint, letter_of_commitment) -> deliverables.DeliverablesReport:
    people = deliverables.Participants
    webinar = deliverables.DeliverableEntry(
        number=1,
        title="Webinar on smart cities",
        kind="Webinar",
        status="Accepted",
        due_on=date(2020, 10, 31),
        held_on=date(2020, 10, 19),
        place="Online",
        planned="A webinar of two hours.",
        description="The state of the art.",
        participants=[
            people(country="Spain", kind="city_council", count=12),
            people(country="Spain", kind="academia", count=18),
            people(country="China", kind="choir", count=9),
        ],
        links=[deliverables.LinkEntry(title="Recording", url="https://example.org/recording")],
        evidence=[letter_of_commitment],
    )
    mission = deliverables.DeliverableEntry(
        number=2,
        title="Mission to Guangzhou",
        kind="Mission",
        status="Returned",
        due_on=date(2020, 12, 1),
        held_on=date(2020, 11, 3),
        held_until=date(2020, 11, 5),
        return_reason="Please add the list of participants.",
        participants=[people(country="China", kind="company", count=1)],
    )
    video = deliverables.DeliverableEntry(
        number=3, title="Video", kind="Video", status="Planned", due_on=date(2021, 3, 1)
    )
    return deliverables.DeliverablesReport(
        imprint=imprint,
        reference="IUC-2020-007",
        title="Blockchain for smart, circular and biotech cities",
        call="Competitive fund 2020",
        beneficiary="Ayuntamiento de Granada",
        status="Running",
        starts_on=date(2020, 6, 1),
        ends_on=date(2021, 5, 31),
        amount_cents=4_500_000,
        deliverables=[webinar, mission, video],
    )


@pytest.fixture
def award_report_of(imprint, granada_proposal) -> Callable[..., award_report.AwardReport]:
    """A call's report with so many proposals, a quarter of them below a threshold."""

    def report(proposals: int, awarded: int, **changes: Any) -> award_report.AwardReport:
        ranked = proposals - proposals // 4
        cities = ["Granada", "Mannheim", "Łódź", "广州"]
        countries = ["Spain", "Germany", "Poland", ""]
        places = range(proposals)
        common = [
            {
                "reference": f"IUC-2020-{place + 1:03}",
                "title": f"Project of {cities[place % 4]} no. {place + 1}",
                "applicant": cities[place % 4],
            }
            for place in places
        ]
        ranking = [
            award_report.RankedEntry(
                **common[place],
                rank=place + 1 if place < ranked else None,
                score=5 - Fraction(place, proposals),
                requested_cents=5_000_000,
                offered_cents=5_000_000 if place < awarded else 0,
                granted_cents=5_000_000 if place < awarded else 0,
                outcome="Award" if place < awarded else "Reserve",
                tie="Tied with no. 2" if place == 0 else "",
            )
            for place in places
        ]
        awards = [
            award_pages.AwardEntry(
                **common[place],
                rank=place + 1,
                country=countries[place % 4],
                topic=["Circular economy", "Air quality"][place % 2],
                score=5 - Fraction(place, proposals),
                requested_cents=5_000_000,
                amount_cents=5_000_000,
                total_cents=6_000_000,
                starts_on=date(2020, 6, 1),
                ends_on=date(2021, 5, 31),
                summary="Three webinars.",
                reasons="Convincing." if place else "",
                conditions=["Name the hosting."] if place == 0 else [],
                partners=granada_proposal.partners if place == 0 else [],
                deliverables=granada_proposal.deliverables if place == 0 else [],
            )
            for place in range(awarded)
        ]
        not_funded = [
            award_report.NotFundedEntry(
                **common[place],
                kind=DecisionKind.RESERVE if place < ranked else DecisionKind.REJECT_THRESHOLD,
                note="Feasibility 2.5 of 5" if place == ranked else "",
            )
            for place in range(awarded, proposals)
        ]
        values = {
            "imprint": imprint,
            "reference": "IUC-2020",
            "title": "Competitive fund 2020",
            "programme": "International Urban Cooperation",
            "opened_at": datetime(2020, 1, 15, 8, tzinfo=UTC),
            "closed_at": datetime(2020, 3, 31, 15, tzinfo=UTC),
            "decided_on": date(2020, 5, 14),
            "envelope_cents": 5_200_000 * awarded,
            "funnel": award_report.Funnel(
                received=proposals + 2,
                eligible=proposals + 1,
                evaluated=proposals,
                above_thresholds=ranked,
                awarded=awarded,
            ),
            "budget_line": awarded,
            "ranking_sha256": "77aa" * 16,
            "ledger_head": "0c1d" * 16,
            "ledger_entries": 1234,
            "audit": award_audit.Audit(rules=[("Ties", "Higher relevance first")]),
            "ranking": ranking,
            "awards": awards,
            "not_funded": not_funded,
        }
        return award_report.AwardReport(**{**values, **changes})

    return report

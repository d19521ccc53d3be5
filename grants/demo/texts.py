"""What cities wrote and reviewers said, in the demonstration.

Titles, deliverables and dates of Granada's and Mannheim's projects are facts;
amounts, scores, comments and the third proposal are examples.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from grants.projects.models import ParticipantKind

_K = ParticipantKind


@dataclass(frozen=True, kw_only=True)
class Done:
    """What was delivered, in the order in which it was planned."""

    number: int
    held_on: date
    description: str
    held_until: date | None = None
    place: str = ""
    address: str = ""
    participants: tuple[tuple[str, ParticipantKind, int], ...] = ()
    links: tuple[tuple[str, str], ...] = ()
    accepted: bool = True


@dataclass(frozen=True, kw_only=True)
class Story:
    """One proposal, and what became of it."""

    title: str
    city: str
    officer: str
    topic: str
    summary: str
    paired: tuple[str, str]
    period: tuple[date, date]
    planned: tuple[tuple[str, str, date], ...]
    """type, title, due on"""
    costs: tuple[tuple[str, str, int, int], ...]
    """description, heading, quantity in hundredths, unit cost in cents"""
    requested_cents: int
    scores: tuple[dict[str, int], ...]
    """For each reviewer, halves by criterion."""
    delivered: tuple[Done, ...] = ()
    axes: tuple[str, ...] = ("city-councils", "clusters", "academia")


@dataclass(frozen=True, kw_only=True)
class PastCall:
    """A call, and the proposals it received."""

    code: str
    title: str
    summary: str
    opens_at: datetime
    closes_at: datetime
    envelope_cents: int
    starts_on: date
    ends_on: date
    proposals: tuple[Story, ...] = field(default=())


def _scores(*triples: tuple[int, int, int]) -> tuple[dict[str, int], ...]:
    names = ("excellence", "impact", "implementation")
    return tuple(dict(zip(names, triple, strict=True)) for triple in triples)


MANNHEIM = Story(
    title="Mannheim-China Advanced Manufacturing Roadshow",
    city="City of Mannheim",
    officer="jonas",
    topic="education-skills",
    summary=(
        "Experts of Mannheim take the city's Smart Production Lab to China: a roadshow, presence at"
        " an exhibition, and expert missions on vocational education and advanced manufacturing."
    ),
    paired=("Chongqing", "CN"),
    period=(date(2018, 10, 1), date(2019, 12, 31)),
    planned=(
        ("roadshow", "Advanced manufacturing roadshow", date(2019, 11, 30)),
        ("exhibition", "Presence at Education+ 2019 in Xi'an", date(2019, 11, 30)),
        ("mission", "Mission of two experts to Xi'an", date(2019, 12, 15)),
    ),
    costs=(
        ("Two experts, preparation and mission", "human-resources", 2000, 60_000),
        ("Flights and stays", "travel", 400, 250_000),
        ("Stand and material for the exhibition", "services", 100, 1_400_000),
    ),
    requested_cents=2_880_000,
    scores=_scores((9, 9, 8), (8, 9, 9), (9, 8, 8)),
    delivered=(
        Done(
            number=1,
            held_on=date(2019, 11, 11),
            place="Xi'an 西安, China",
            description="Smart Production Lab and dual vocational training, presented to partners.",
            participants=(
                ("CN", _K.COMPANY, 24),
                ("CN", _K.ACADEMIA, 18),
                ("DE", _K.CITY_COUNCIL, 2),
            ),
        ),
        Done(
            number=2,
            held_on=date(2019, 11, 12),
            held_until=date(2019, 11, 14),
            place="Education+ 2019 International Summit and Exhibition, Xi'an 西安, China",
            description=(
                "International Summit and Exhibition for Vocational Education and Training:"
                " two experts of Mannheim promoted the Smart Production Lab."
            ),
            participants=(("CN", _K.ACADEMIA, 60), ("DE", _K.CITY_COUNCIL, 2)),
        ),
        Done(
            number=3,
            held_on=date(2019, 11, 11),
            held_until=date(2019, 11, 15),
            place="Xi'an 西安, China",
            description="Two experts met training centres and companies; follow-up is agreed.",
            participants=(("DE", _K.CITY_COUNCIL, 2), ("CN", _K.CITY_COUNCIL, 9)),
        ),
    ),
)

GRANADA = Story(
    title="Blockchain for smart, circular and biotech cities",
    city="City of Granada",
    officer="lucia",
    topic="digital",
    summary=(
        "Three thematic webinars, on smart city, circular economy and biotech, with one common"
        " view: how to use blockchain in each field. A digital and physical ecosystem on a"
        " platform develops joint projects among cities, research centres and companies."
    ),
    paired=("Liuzhou", "CN"),
    period=(date(2020, 6, 1), date(2020, 12, 31)),
    planned=(
        ("webinar", "Webinar: blockchain in the smart city", date(2020, 10, 19)),
        ("webinar", "Webinar: blockchain in the circular economy", date(2020, 11, 16)),
        ("webinar", "Webinar: blockchain in biotech", date(2020, 12, 14)),
        ("platform", "Platform for joint projects on blockchain", date(2020, 12, 20)),
        ("video", "Video on objectives and next goals", date(2020, 12, 31)),
    ),
    costs=(
        ("Coordination and moderation", "human-resources", 700, 320_000),
        ("Platform: development and hosting", "services", 100, 1_350_000),
        ("Video", "services", 100, 480_000),
        ("Interpretation of three webinars", "services", 300, 110_000),
    ),
    requested_cents=3_900_000,
    scores=_scores((9, 8, 8), (8, 9, 8), (8, 8, 9)),
    delivered=(
        Done(
            number=1,
            held_on=date(2020, 10, 19),
            address="https://webinars.example.org/granada/smart-city",
            description="08:30-10:00 UTC. The state of the art in the participating cities.",
            participants=(
                ("ES", _K.CITY_COUNCIL, 14),
                ("ES", _K.ACADEMIA, 11),
                ("DE", _K.CITY_COUNCIL, 3),
                ("CN", _K.CITY_COUNCIL, 8),
                ("CN", _K.CLUSTER, 6),
            ),
            links=(("Recording", "https://webinars.example.org/granada/smart-city/recording"),),
        ),
        Done(
            number=2,
            held_on=date(2020, 11, 16),
            address="https://webinars.example.org/granada/circular",
            description="How to follow materials through a city, and who keeps the record.",
            participants=(("ES", _K.CLUSTER, 9), ("IT", _K.ACADEMIA, 4), ("CN", _K.COMPANY, 7)),
            accepted=False,
        ),
    ),
)

LODZ = Story(
    title="Łódź – Αθήνα – 广州: a small exchange of posters",
    city="Miasto Łódź",
    officer="zofia",
    topic="nature-heritage",
    summary="Three cities exchange posters of their old factories, and talk about them once.",
    paired=("Guangzhou", "CN"),
    period=(date(2020, 7, 1), date(2020, 10, 31)),
    planned=(("exhibition", "Posters in three town halls", date(2020, 10, 1)),),
    costs=(("Printing and shipping", "services", 100, 1_600_000),),
    requested_cents=1_200_000,
    scores=_scores((6, 5, 5), (5, 5, 6), (6, 4, 5)),
    axes=("city-councils",),
)

PAST_CALLS = (
    PastCall(
        code="IUC-2018",
        title="Competitive fund 2018",
        summary="Actions of European pilot cities with their partners in China, 2018 and 2019.",
        opens_at=datetime(2018, 4, 16, 7, 0, tzinfo=UTC),
        closes_at=datetime(2018, 6, 15, 15, 0, tzinfo=UTC),
        envelope_cents=6_000_000,
        starts_on=date(2018, 7, 1),
        ends_on=date(2019, 12, 31),
        proposals=(MANNHEIM,),
    ),
    PastCall(
        code="IUC-2020",
        title="Competitive fund 2020",
        summary="Webinars, platforms and other actions between pilot cities, in 2020.",
        opens_at=datetime(2020, 1, 27, 8, 0, tzinfo=UTC),
        closes_at=datetime(2020, 3, 31, 15, 0, tzinfo=UTC),
        envelope_cents=6_000_000,
        starts_on=date(2020, 4, 1),
        ends_on=date(2020, 12, 31),
        proposals=(GRANADA, LODZ),
    ),
)


def open_call(opens_at: datetime, closes_at: datetime) -> PastCall:
    """Return the call that is open whenever the demonstration is loaded."""
    return PastCall(
        code=f"IUC-{closes_at.year}",
        title=f"Competitive fund {closes_at.year}",
        summary="Cities of Europe and Asia that work on the same problem apply together.",
        opens_at=opens_at,
        closes_at=closes_at,
        envelope_cents=12_000_000,
        starts_on=(closes_at + timedelta(days=90)).date(),
        ends_on=(closes_at + timedelta(days=90 + 540)).date(),
    )


def answers(story: Story) -> dict[str, dict[str, Any]]:
    """Return everything a city typed, section by section; the annexes are files."""
    starts, ends = story.period
    return {
        "project": {
            "title": story.title,
            "acronym": None,
            "topic": story.topic,
            "summary": story.summary,
            "period": {"from": starts.isoformat(), "to": ends.isoformat()},
        },
        "cities": {
            "lead_city": {"name": story.city, "country": _country(story.city)},
            "population": 230_000,
            "pilot_city": True,
            "pilot_since": 2017,
            "paired_city": dict(zip(("name", "country"), story.paired, strict=True)),
            "partners": [],
        },
        "work": {
            "objectives": story.summary,
            "activities": "; ".join(title for _type, title, _due in story.planned) + ".",
            "axes": list(story.axes),
            "clusters_role": "They take part in every event." if "clusters" in story.axes else None,
            "academia_role": "They share research." if "academia" in story.axes else None,
            "continuation": "The cities stay in touch and plan joint projects.",
            "risks": [],
        },
        "deliverables": {
            "planned": [
                {"type": kind, "title": title, "due_on": due.isoformat(), "description": None}
                for kind, title, due in story.planned
            ]
        },
        "budget": {
            "costs": {
                "rows": [
                    {
                        "description": description,
                        "heading": heading,
                        "quantity": quantity,
                        "unit_cost": cents,
                    }
                    for description, heading, quantity, cents in story.costs
                ],
                "indirect": None,
                "requested": story.requested_cents,
            },
            "other_funding": "The city pays the rest from its own budget.",
        },
        "declarations": {
            "no_double_funding": True,
            "true_and_complete": True,
            "authorised": True,
            "may_publish": True,
        },
    }


def begun(call: PastCall) -> dict[str, dict[str, Any]]:
    """Return what Granada has written so far under the open call: not everything."""
    return {
        "project": {
            "title": "A second round of webinars: blockchain at work in the city",
            "acronym": None,
            "topic": "digital",
            "summary": "We take up where the webinars of 2020 ended.",
            "period": {"from": call.starts_on.isoformat(), "to": None},
        }
    }


def comment(code: str, halves: int) -> str:
    """Return what a reviewer says to a score."""
    what = {
        "excellence": "the objectives and the approach",
        "impact": "who gains from it and what stays",
        "implementation": "the work plan and the budget",
    }[code]
    if halves >= 8:
        return f"Very good: {what} are described clearly and convincingly."
    if halves >= 6:
        return f"Good, with gaps: {what} could be more precise."
    return f"Not sufficient: {what} remain vague."


def overall(halves: int) -> str:
    """Return what a reviewer says on the whole."""
    return "Recommended for funding." if halves >= 20 else "Not recommended in this form."


def _country(city: str) -> str:
    return {"City of Granada": "ES", "City of Mannheim": "DE", "Miasto Łódź": "PL"}[city]

"""Answers and comments as long as people write them, made from a handful of words and a number."""

import random
from functools import cache
from typing import Any

_TEXT = (
    "the city and its partners will share what they learn about energy water mobility waste air "
    "heritage with companies clusters universities so that residents of both cities see results "
    "within the year; municipal experts visit pilot sites, compare figures, agree on a common "
    "method, and report openly — Łódź, Αθήνα, 广州, Málaga and Køge joined before. We measure "
    "progress every quarter and change course where needed, together with local business"
)
_TEXTS = 499
"""How many texts of a length there are: enough that neighbours differ, few enough to be quick."""
WORDS = tuple(_TEXT.split())
CITIES = (
    ("Granada", "ES"),
    ("Mannheim", "DE"),
    ("Łódź", "PL"),
    ("Αθήνα", "GR"),
    ("Ljubljana", "SI"),
    ("Málaga", "ES"),
    ("Győr", "HU"),
    ("Tampere", "FI"),
)
PAIRED = (("广州", "CN"), ("Kunming", "CN"), ("Bình Dương", "VN"), ("Panaji", "IN"), ("豊田", "JP"))
TOPICS = ("digital", "circular-economy", "smart-cities", "mobility", "air-quality", "water-waste")
KINDS = ("webinar", "mission", "roadshow", "workshop", "video", "report")
HEADINGS = ("human-resources", "travel", "equipment", "local-office", "services", "other")

Answers = dict[str, dict[str, Any]]


def text(words: int, number: int) -> str:
    """Write a text of that many words in paragraphs; the same number gives the same text."""
    return _text(words, number % _TEXTS)


@cache
def _text(words: int, number: int) -> str:
    chosen = random.Random(number).choices(WORDS, k=words)
    paragraphs = (chosen[at : at + 70] for at in range(0, words, 70))
    return "\n\n".join(" ".join(each).capitalize() + "." for each in paragraphs)


def title(number: int) -> str:
    """Name a proposal, as long as titles are."""
    theme = TOPICS[number % len(TOPICS)].replace("-", " ")
    return f"{CITIES[number % 8][0]} and {PAIRED[number % 5][0]} for {theme}: joint pilots {number}"


def answers(number: int, *, deliverables: int = 6) -> Answers:
    """Answer all of the demonstration's form but its files."""
    return {
        "project": _project(number),
        "cities": _cities(number),
        "work": _work(number),
        "deliverables": {"planned": [_deliverable(number, nth) for nth in range(deliverables)]},
        "budget": {"costs": _costs(number), "other_funding": text(60, number + 5)},
        "declarations": dict.fromkeys(
            ("no_double_funding", "true_and_complete", "authorised", "may_publish"), True
        ),
    }


def _project(number: int) -> dict[str, Any]:
    return {
        "title": title(number),
        "acronym": f"PILOT{number}",
        "topic": TOPICS[number % len(TOPICS)],
        "summary": text(180, number),
        "period": {"from": "2020-05-01", "to": "2021-04-30"},
    }


def _cities(number: int) -> dict[str, Any]:
    lead, paired = CITIES[number % 8], PAIRED[number % 5]
    return {
        "lead_city": {"name": lead[0], "country": lead[1]},
        "population": 60_000 + number * 977,
        "pilot_city": True,
        "pilot_since": 2018,
        "paired_city": {"name": paired[0], "country": paired[1]},
        "partners": [
            {
                "organisation": f"Cluster for clean technology {number}-{nth}",
                "kind": "cluster",
                "country": CITIES[(number + nth) % 8][1],
                "role": "Brings companies to the pilots",
                "email": f"partner{nth}@cluster{number}.example.org",
            }
            for nth in range(5)
        ],
    }


def _work(number: int) -> dict[str, Any]:
    return {
        "objectives": text(280, number + 1),
        "activities": text(560, number + 2),
        "axes": ["city-councils", "clusters", "academia"],
        "clusters_role": text(130, number + 3),
        "academia_role": text(130, number + 4),
        "continuation": text(240, number + 5)[:1_900],
        "risks": [
            {
                "risk": f"Travel is restricted in quarter {nth + 1}",
                "likelihood": "medium",
                "answer": "We meet on line and move the mission to the next quarter.",
            }
            for nth in range(3)
        ],
    }


def _deliverable(number: int, nth: int) -> dict[str, Any]:
    kind = KINDS[nth % len(KINDS)]
    return {
        "type": kind,
        "title": f"{kind.capitalize()} {nth + 1} of {CITIES[number % 8][0]}",
        "due_on": f"2020-{7 + nth % 6:02d}-{15 + nth // 6}",
        "description": text(40, number + nth),
    }


def _costs(number: int) -> dict[str, Any]:
    rows = [
        {
            "description": f"Line {nth + 1}: experts, travel, rooms",
            "heading": HEADINGS[nth % len(HEADINGS)],
            "quantity": 100 * (1 + nth % 3),
            "unit_cost": 150_000 + 10_000 * (number % 20) + 1_037 * nth,
        }
        for nth in range(12)
    ]
    return {"rows": rows, "indirect": 50_000, "requested": requested(number)}


def requested(number: int) -> int:
    """Say what a proposal asks for, in cents."""
    return 2_000_000 + 1_000 * (number % 40)

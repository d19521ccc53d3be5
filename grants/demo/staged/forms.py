"""The two forms of the call: a concept note, and a full proposal that takes over its answers."""

from typing import Any

from grants.demo import facts
from grants.demo.staged.cast import CITIES, IDEAS, PAIRED

_TOPICS = [{"code": code, "label": name} for code, name in facts.TOPICS]
_PROJECT = {
    "code": "project",
    "title": "The project",
    "intro": "Please do not name your city in the title and in your texts.",
    "fields": [
        {
            "kind": "short_text",
            "code": "title",
            "label": "Title",
            "max_characters": 120,
            "role": "title",
        },
        {
            "kind": "choice",
            "code": "topic",
            "label": "Topic",
            "role": "topic",
            "options": _TOPICS,
        },
        {
            "kind": "long_text",
            "code": "summary",
            "label": "Summary",
            "max_words": 200,
            "role": "summary",
        },
        {
            "kind": "money",
            "code": "requested",
            "label": "Grant requested",
            "currency": "EUR",
            "minimum": 1,
            "role": "requested_amount",
        },
    ],
}
_CITIES = {
    "code": "cities",
    "title": "The cities",
    "fields": [
        {"kind": "city", "code": "lead", "label": "Lead city", "role": "city"},
        {
            "kind": "number",
            "code": "population",
            "label": "Population of the lead city",
            "minimum": 1,
            "maximum": 50_000_000,
            "unit": "inhabitants",
            "role": "organisation_population",
        },
        {
            "kind": "city",
            "code": "paired",
            "label": "Paired city",
            "role": "paired_city",
            "abroad": True,
        },
    ],
}


def concept_note() -> dict[str, Any]:
    """Return the form of the first stage."""
    return {"title": "Concept note", "sections": [_PROJECT, _CITIES]}


def full_proposal(first: str, last: str) -> dict[str, Any]:
    """Return the form of the second stage, for projects between these two days."""
    plan = {
        "code": "plan",
        "title": "Work plan",
        "fields": [
            {"kind": "long_text", "code": "steps", "label": "What will you do?", "max_words": 400},
            {
                "kind": "period",
                "code": "period",
                "label": "Period of the project",
                "earliest": first,
                "latest": last,
                "role": "period",
            },
            {
                "kind": "deliverables",
                "code": "planned",
                "label": "Planned deliverables",
                "types": [
                    {"code": "webinar", "label": "Webinar"},
                    {"code": "action-plan", "label": "Action plan"},
                    {"code": "video", "label": "Video"},
                ],
                "role": "deliverables",
            },
        ],
    }
    return {"title": "Full proposal", "sections": [_PROJECT, _CITIES, plan]}


def concept_answers(place: int, requested_cents: int) -> dict[str, dict[str, Any]]:
    """Return what a city answers in its concept note; the eighth one names itself."""
    (title, topic), (city, country, population, _officer) = IDEAS[place], CITIES[place]
    paired, abroad = PAIRED[place % len(PAIRED)]
    shown = f"{title} in {city}" if place == 7 else title
    return {
        "project": {
            "title": shown,
            "topic": topic,
            "summary": (
                f"{title}: two cities try out together what neither has done before, with schools,"
                " neighbours and small firms, and write down what others can take over. This"
                " proposal is invented, as are its amounts."
            ),
            "requested": requested_cents,
        },
        "cities": {
            "lead": {"name": city, "country": country},
            "population": population,
            "paired": {"name": paired, "country": abroad},
        },
    }

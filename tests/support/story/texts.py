"""What the people of the story write: three proposals, their reviews, and what was delivered.

Titles, dates and deliverables follow what the programme published about its awards;
every figure is an example.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

YEAR = datetime.now(UTC).year + 2
"""The year of the story: the demonstration has a call that is open in the year before it."""
CODE = f"IUC-{YEAR}"
TITLE = f"Competitive fund {YEAR}"

CALL = {
    "Code": CODE,
    "Title": TITLE,
    "Summary": (
        "The fund pays for city-to-city cooperation between Europe and Asia: webinars, expert "
        "missions, roadshows, exhibitions and the tools that remain.\n\n"
        "All figures of this call are examples."
    ),
    "Topics": {"Smart cities and innovation": True, "Digital transition": True},
    "Budget envelope": "120,000",
    "Smallest grant": "10,000",
    "Largest grant": "60,000",
    "Co-financing rate": "80",
    "Time zone": "Europe/Brussels",
    "Opens": f"{YEAR}-02-03T09:00",
    "Closes": f"{YEAR}-03-31T17:00",
    "Form": f"Proposal to the competitive fund for city-to-city cooperation ({CODE.lower()}, 1)",
    "Overall threshold": "10",
    "The overall threshold is compared with": "The plain sum of the scores",
    "Where the funds end": "The list ends at the first proposal that does not fit",
    "Ties": "Impact, Excellence",
    "Reviews for each proposal": "3",
}
CRITERIA = (
    ("Excellence", "Are the aims clear, and is the approach sound?", "1", "3"),
    ("Impact", "Who gains, how many, and for how long?", "1.5", "3"),
    ("Implementation", "Can these people do this work with this money?", "1", "3"),
)
CHECKLIST = (
    ("Admissibility: a formal requirement", "The mayor's letter of commitment is attached."),
    ("Eligibility: who and what may be funded", "Cities of at least two countries take part."),
    ("Eligibility: who and what may be funded", "The lead city is, or was, a pilot city."),
)

DECLARED = {
    "No other grant pays the same costs": True,
    "What we say here is true and complete to the best of our knowledge": True,
    "I am authorised to submit this proposal for my organisation": True,
    "If we are awarded, you may also publish the summary and our deliverables": True,
}


@dataclass(frozen=True)
class Costs:
    """Rows of a budget (description, heading, quantity, unit cost), and what is asked for."""

    rows: tuple[tuple[str, str, str, str], ...]
    indirect: str
    grant: str


def row(organisation: str, kind: str, country: str, role: str) -> dict[str, str]:
    """One row of the partners."""
    return {
        "Organisation": organisation,
        "Kind": kind,
        "Country": country,
        "Role in the project": role,
    }


def owed(kind: str, title: str, due: str, text: str) -> dict[str, str]:
    """One row of the planned deliverables."""
    return {"Type": kind, "Title": title, "Due date": due, "Description": text}


GRANADA: dict[str, dict[str, Any]] = {
    "The project": {
        "Title": "Blockchain for smart, circular and biotech cities",
        "Acronym": "BLOCKCITIES",
        "Digital transition": True,
        "Summary": (
            "Three thematic webinars, on smart city, circular economy and biotech, share one "
            "view: how cities use blockchain in each field. A platform brings cities, research "
            "centres and companies together to develop joint projects, and a video explains "
            "the objectives and the next goals."
        ),
        "Period of the project": {"First day": f"{YEAR}-06-15", "Last day": f"{YEAR}-12-31"},
    },
    "Cities and partners": {
        "Lead city": {"City": "Granada", "Country": "Spain"},
        "Population of the lead city": "232,000",
        "The lead city is, or was, a pilot city of the programme": True,
        "Pilot city since": "2018",
        "Paired city": {"City": "Kunming", "Country": "China"},
        "Partners": [
            row("University of Granada", "Academic body", "Spain", "State of the art"),
            row("Granada technology cluster", "Cluster", "Spain", "Companies on the platform"),
        ],
    },
    "What you will do": {
        "Objectives": "Cities know what blockchain can do for them, and with whom to try it.",
        "Activities": (
            "We prepare each webinar with speakers of three kinds: city councils, clusters and "
            "academia.\nWe publish what was said.\nWe build the platform from the second month."
        ),
        "City councils": True,
        "Clusters: innovation hubs and companies": True,
        "Academia: universities and research centres": True,
        "What companies and clusters do": "They show what runs already, and what it costs.",
        "What academia does": "It tells the state of the art in the participating cities.",
        "How the cooperation continues": "The platform stays, and its members run it.",
        "Risks": [
            {
                "Risk": "Speakers cannot travel",
                "Likelihood": "High",
                "What you do about it": "Everything takes place online.",
            },
        ],
    },
    "Deliverables": {
        "Planned deliverables": [
            owed(
                "Webinar",
                "Blockchain in the smart city",
                f"{YEAR}-09-30",
                "Mobility, energy, data.",
            ),
            owed(
                "Webinar", "Blockchain in the circular economy", f"{YEAR}-10-31", "Waste and water."
            ),
            owed("Webinar", "Blockchain in biotech", f"{YEAR}-11-30", "Trials and traceability."),
            owed(
                "Platform", "Platform for joint projects", f"{YEAR}-12-15", "Open to all members."
            ),
            owed("Video", "Objectives and next goals", f"{YEAR}-12-31", "Five minutes, subtitled."),
        ],
    },
    "Budget": {
        "Costs and grant": Costs(
            rows=(
                ("Speakers and moderation", "Human resources", "3", "6,000"),
                ("Platform", "Other costs and services", "1", "14,500"),
                ("Video", "Other costs and services", "1", "7,250.50"),
                ("Translation into Chinese, by day", "Other costs and services", "2.5", "1,000"),
            ),
            indirect="2,000",
            grant="35,000",
        ),
        "Where the rest comes from": "The city's own budget for innovation.",
    },
    "Annexes": {
        "Letter of commitment by the mayor": "Carta de compromiso.pdf",
        "Confirmation by the paired city": "Confirmation of Kunming.pdf",
    },
    "Declarations": DECLARED,
}

MANNHEIM: dict[str, dict[str, Any]] = {
    "The project": {
        "Title": "Mannheim-China Advanced Manufacturing Roadshow",
        "Smart cities and innovation": True,
        "Summary": (
            "Companies, schools and the city show what advanced manufacturing is in Mannheim: "
            "a roadshow through three Chinese cities, a stand at an exhibition, and two experts "
            "at the Education+ summit in Xi'an who present the Smart Production Lab."
        ),
        "Period of the project": {"First day": f"{YEAR}-06-15", "Last day": f"{YEAR}-12-31"},
    },
    "Cities and partners": {
        "Lead city": {"City": "Mannheim", "Country": "Germany"},
        "Population of the lead city": "310,000",
        "The lead city is, or was, a pilot city of the programme": True,
        "Pilot city since": "2017",
        "Paired city": {"City": "Chongqing", "Country": "China"},
        "Partners": [row("Smart Production Lab", "Cluster", "Germany", "Experts and exhibits")],
    },
    "What you will do": {
        "Objectives": "Mannheim's companies and schools find partners in three Chinese cities.",
        "Activities": "We prepare the stand, send two experts to Xi'an, and hold the roadshow.",
        "City councils": True,
        "Clusters: innovation hubs and companies": True,
        "What companies and clusters do": "They bring exhibits and meet partners.",
        "How the cooperation continues": "Vocational schools exchange teachers each year.",
    },
    "Deliverables": {
        "Planned deliverables": [
            owed(
                "Expert mission", "Experts at Education+ in Xi'an", f"{YEAR}-11-30", "Two experts."
            ),
            owed(
                "Exhibition",
                "Stand at the exhibition in Xi'an",
                f"{YEAR}-11-30",
                "Twenty square m.",
            ),
            owed("Roadshow", "Roadshow through three cities", f"{YEAR}-12-15", "Three days each."),
        ],
    },
    "Budget": {
        "Costs and grant": Costs(
            rows=(
                ("Staff who prepare and follow up, by month", "Human resources", "6", "1,900"),
                ("Flights and hotels", "Travel", "4", "2,400"),
                ("Stand at the exhibition", "Other", "1", "18,000"),
                ("Roadshow, by city", "Other costs and services", "3", "7,000"),
            ),
            indirect="2,500",
            grant="50,000",
        ),
        "Where the rest comes from": "The city and its chamber of commerce.",
    },
    "Annexes": {
        "Letter of commitment by the mayor": "Schreiben des Oberbürgermeisters.pdf",
        "Confirmation by the paired city": "Confirmation of Chongqing.pdf",
    },
    "Declarations": DECLARED,
}

LODZ: dict[str, dict[str, Any]] = {
    "The project": {
        "Title": "Zielone podwórka: green courtyards",
        "Smart cities and innovation": True,
        "Summary": "Officers of both cities visit each other and speak about green courtyards.",
        "Period of the project": {"First day": f"{YEAR}-07-01", "Last day": f"{YEAR}-12-31"},
    },
    "Cities and partners": {
        "Lead city": {"City": "Łódź", "Country": "Poland"},
        "Population of the lead city": "670,000",
        "Paired city": {"City": "Liuzhou", "Country": "China"},
    },
    "What you will do": {
        "Objectives": "To learn from each other.",
        "Activities": "Two visits and a report.",
        "City councils": True,
        "How the cooperation continues": "We will see.",
    },
    "Deliverables": {
        "Planned deliverables": [
            owed("Report", "What we saw", f"{YEAR}-12-15", "Ten pages."),
        ],
    },
    "Budget": {
        "Costs and grant": Costs(
            rows=(
                ("Staff, by month", "Human resources", "10", "3,000"),
                ("Flights and hotels", "Travel", "20", "1,000"),
            ),
            indirect="0",
            grant="40,000",
        ),
    },
    "Annexes": {
        "Letter of commitment by the mayor": "List prezydenta.pdf",
        "Confirmation by the paired city": "Confirmation of Liuzhou.pdf",
    },
    "Declarations": DECLARED,
}

PROPOSALS = {"Granada": GRANADA, "Mannheim": MANNHEIM, "Łódź": LODZ}
TITLES = {city: answers["The project"]["Title"] for city, answers in PROPOSALS.items()}

SCORES = {
    "Granada": {"Excellence": "4.5", "Impact": "4.5", "Implementation": "4"},
    "Mannheim": {"Excellence": "4", "Impact": "4", "Implementation": "3.5"},
    "Łódź": {"Excellence": "2.5", "Impact": "2", "Implementation": "3"},
}
COMMENTS = {
    "Granada": "The three fields are well chosen, and academia, clusters and cities all take part.",
    "Mannheim": "The Smart Production Lab is a strong partner, and the visits are well prepared.",
    "Łódź": "It remains open what will be different afterwards, and for whom.",
}
REASONS = {
    "Granada": "A clear plan in three fields, with partners of every kind.",
    "Mannheim": "A strong cluster, and visits that are likely to lead to lasting partnerships.",
    "Łódź": "Two criteria stayed below their thresholds: what will change remains open.",
}

LOGS: dict[str, tuple[dict[str, Any], ...]] = {
    "Granada": (
        {
            "First day": f"{YEAR}-09-24",
            "Place": "Online",
            "What was delivered": "City councils told how they use blockchain in mobility.",
            "Participants": [("Spain", "City council", "14"), ("China", "Academia", "6")],
            "Links": [("Recording", "https://example.org/smart-city")],
        },
        {
            "First day": f"{YEAR}-10-19",
            "Place": "Online",
            "What was delivered": "The state of the art in the circular economy.",
            "Participants": [("Spain", "Cluster", "18"), ("China", "City council", "9")],
            "Links": [("Recording", "https://example.org/circular-economy")],
        },
        {
            "First day": f"{YEAR}-11-12",
            "Place": "Online",
            "What was delivered": "Traceable trials, and what patients gain from them.",
            "Participants": [("Spain", "Academia", "21"), ("Italy", "Company", "4")],
            "Links": [("Recording", "https://example.org/biotech")],
        },
        {
            "First day": f"{YEAR}-11-30",
            "Web address": "https://example.org/platform",
            "What was delivered": "A platform where members look for partners and start projects.",
        },
        {
            "First day": f"{YEAR}-12-10",
            "Web address": "https://example.org/video",
            "What was delivered": "A video on the objectives and the next goals, with subtitles.",
        },
    ),
    "Mannheim": (
        {
            "First day": f"{YEAR}-11-12",
            "Last day": f"{YEAR}-11-13",
            "Place": "Xi'an",
            "What was delivered": "Two experts presented the Smart Production Lab at Education+.",
            "Participants": [("Germany", "City council", "2"), ("China", "Academia", "35")],
            "Links": [("Programme of the summit", "https://example.org/education-plus")],
        },
        {
            "First day": f"{YEAR}-11-12",
            "Last day": f"{YEAR}-11-15",
            "Place": "Xi'an",
            "What was delivered": "A stand with two machines that pupils could try.",
            "Participants": [("China", "Company", "60")],
        },
        {
            "First day": f"{YEAR}-12-01",
            "Last day": f"{YEAR}-12-09",
            "Place": "Chongqing, Xi'an and Kunming",
            "What was delivered": "Three days in each city, with 41 meetings of companies.",
            "Participants": [("Germany", "Company", "11"), ("China", "Company", "83")],
        },
    ),
}
MISSING = "The list of participants is not among the files. Please add it."

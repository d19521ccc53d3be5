"""Facts of the International Urban Cooperation programme in Asia, from its public pages.

Where the programme published no figure (envelopes, criteria, weights, budgets,
reviews), the demonstration's are examples, and its texts say so.
"""

from datetime import UTC, date, datetime

PROGRAMME = (
    "International Urban Cooperation links cities of the European Union and of Asia that work on"
    " the same problems. It ran from 2017 to 2020, funded through the EU's Partnership Instrument."
)

STRANDS = (
    (
        "City-to-city cooperation",
        "Sustainable urban development: cities of EU member states and of China, in pairs and"
        " clusters.",
    ),
    (
        "Climate and energy",
        "Sub-national action under the Global Covenant of Mayors: mitigation, adaptation, energy.",
    ),
    (
        "Innovation",
        "Inter-regional cooperation on innovation for local and regional development.",
    ),
)

TOPICS = (
    ("air-quality", "Air quality"),
    ("circular-economy", "Circular economy"),
    ("digital", "Digital transition"),
    ("education-skills", "Education, jobs and skills"),
    ("nature-heritage", "Nature and cultural heritage"),
    ("smart-cities", "Smart cities and innovation"),
    ("sustainable-production", "Sustainable production and consumption"),
    ("mobility", "Urban mobility"),
    ("water-waste", "Water, waste and sanitation"),
)

CITIES = (
    # name, country, population (rounded, an example), pilot from
    ("City of Granada", "ES", 230_000, date(2017, 1, 1)),
    ("City of Mannheim", "DE", 310_000, date(2017, 1, 1)),
    ("Miasto Łódź", "PL", 670_000, None),
    ("Δήμος Αθηναίων", "GR", 640_000, None),
    ("Zhengzhou 郑州", "CN", 10_000_000, date(2017, 1, 1)),
    ("Chongqing 重庆", "CN", 30_000_000, date(2017, 1, 1)),
    ("Longyan 龙岩", "CN", 2_700_000, date(2017, 1, 1)),
    ("Changchun 长春", "CN", 9_000_000, date(2017, 1, 1)),
    ("Shantou 汕头", "CN", 5_500_000, date(2017, 1, 1)),
    ("Haikou 海口", "CN", 2_800_000, date(2018, 1, 1)),
    ("Kunming 昆明", "CN", 8_400_000, date(2018, 1, 1)),
    ("Liuzhou 柳州", "CN", 4_100_000, date(2018, 1, 1)),
    ("Yantai 烟台", "CN", 7_100_000, date(2018, 1, 1)),
    ("Weinan 渭南", "CN", 4_700_000, date(2018, 1, 1)),
)
PILOT_UNTIL = date(2020, 12, 31)

PAIRINGS = (
    # An example of each kind: the fund's own pairings are entered by its managers.
    (
        "Example of a pair",
        "pair",
        ("City of Mannheim", "Chongqing 重庆"),
        ("education-skills",),
        ("4", "9"),
    ),
    (
        "Example of a cluster",
        "cluster",
        ("City of Granada", "Liuzhou 柳州", "Yantai 烟台"),
        ("smart-cities", "circular-economy"),
        ("9", "11", "17"),
    ),
)


def _at(*when: int) -> datetime:
    return datetime(*when, tzinfo=UTC)  # type: ignore[arg-type, misc]


ALL_DAY = (
    # title, place, first day, last day, description
    (
        "Urban Environmental Accords Summit",
        "Melaka, Malaysia",
        date(2017, 9, 1),
        date(2017, 9, 30),
        "In September 2017, with 156 cities of 52 countries.",
    ),
    (
        "Second mission of the EU city delegation",
        "Guangzhou 广州, China",
        date(2019, 9, 23),
        date(2019, 9, 23),
        "Meetings with local government and clusters; field visits.",
    ),
    (
        "Follow-up visit to Liuzhou",
        "Liuzhou 柳州, China",
        date(2019, 9, 25),
        date(2019, 9, 25),
        "Vocational education, ecological city and smart energy community, industrial design,"
        " innovation and incubation platforms.",
    ),
    (
        "EU-China Green and Smart City Summit and Awards",
        "Nanning 南宁, China",
        date(2019, 9, 26),
        date(2019, 9, 27),
        "Field visits, business matching, award ceremony.",
    ),
    (
        "Unveiling of the China-Europe (Italy) Industry Park",
        "Laishan District, Yantai 烟台, China",
        date(2019, 9, 26),
        date(2019, 9, 26),
        "",
    ),
    (
        "The programme at the second Paris Peace Forum",
        "Paris, France",
        date(2019, 11, 12),
        date(2019, 11, 13),
        "",
    ),
    (
        "Designing circular cities in Malaysia",
        "Online",
        date(2020, 6, 29),
        date(2020, 6, 29),
        "Stakeholder consultation: Petaling Jaya and its five challenges.",
    ),
    (
        "Da Nang workshop on greenhouse-gas inventories",
        "Online",
        date(2020, 10, 8),
        date(2020, 10, 8),
        "With UN-Habitat and CDP.",
    ),
)

TIMED = (
    # title, place, zone, starts, ends, description
    (
        "Second Energy Internet International Innovation and Entrepreneurship Summit",
        "Chengdu 成都, China",
        "Asia/Shanghai",
        _at(2020, 10, 19, 3, 0),
        _at(2020, 10, 19, 11, 0),
        "The venue's own page gives 15 to 17 October.",
    ),
    (
        "Granada's thematic webinar on blockchain",
        "Online",
        "Europe/Madrid",
        _at(2020, 10, 19, 8, 30),
        _at(2020, 10, 19, 10, 0),
        "A project of the competitive fund.",
    ),
    (
        "EU webinar on city-to-city cooperation",
        "Online",
        "Europe/Brussels",
        _at(2020, 10, 19, 9, 30),
        _at(2020, 10, 19, 11, 0),
        "Smart city and digital transition (Guangzhou, Panaji, Barcelona); green deal, circular"
        " economy and energy transition (Koriyama, Rome, Chengdu).",
    ),
)

CRITERIA = (
    # code, name, guidance, weight, threshold in half points
    (
        "excellence",
        "Excellence",
        "Are the objectives clear, and is the approach sound and new to the cities?",
        "1",
        6,
    ),
    (
        "impact",
        "Impact",
        "Who gains, how many, and what stays when the project has ended?",
        "3/2",
        6,
    ),
    (
        "implementation",
        "Implementation",
        "Do the work plan, the partners and the budget fit the objectives?",
        "1",
        6,
    ),
)

CHECKLIST = (
    ("admissibility", "It was submitted on time, and every section is complete."),
    ("admissibility", "A letter of commitment by the mayor is attached."),
    ("eligibility", "Cities of at least two countries take part."),
    ("eligibility", "The lead city is or was a pilot city of the programme."),
    ("eligibility", "The paired city confirms that it takes part."),
)

RULES = {
    "overall_threshold": "10",
    "basis": "UNWEIGHTED_SUM",
    "combine": "MEAN",
    "tie_rules": ["impact", "excellence"],
    "list_rule": "STRICT_STOP",
    "minimum_reviews": 3,
}

EXAMPLE = (
    "The amounts, criteria, weights and dates of this call are examples for the demonstration."
)

"""Who takes part in the two-stage call: real cities; people, proposals and figures are invented."""

from dataclasses import dataclass

CITIES = (
    # name, country, population (rounded), officer
    ("Aarhus", "DK", 355_000, "Mette Sørensen"),
    ("Antwerpen", "BE", 530_000, "Lotte Peeters"),
    ("Bari", "IT", 315_000, "Chiara De Santis"),
    ("Bilbao", "ES", 345_000, "Ane Etxeberria"),
    ("Bologna", "IT", 390_000, "Marta Zanetti"),
    ("Bordeaux", "FR", 260_000, "Élodie Lacombe"),
    ("Braga", "PT", 195_000, "Inês Carvalho"),
    ("Brno", "CZ", 400_000, "Tereza Dvořáková"),
    ("Burgas", "BG", 190_000, "Елена Димитрова"),
    ("Cluj-Napoca", "RO", 285_000, "Ioana Mureșan"),
    ("Coimbra", "PT", 140_000, "Rui Tavares"),
    ("Cork", "IE", 220_000, "Aoife Ní Bhriain"),
    ("Dortmund", "DE", 590_000, "Aylin Yıldız"),
    ("Espoo", "FI", 315_000, "Aino Lehtinen"),
    ("Firenze", "IT", 360_000, "Giulia Ferri"),
    ("Gdańsk", "PL", 486_000, "Agnieszka Wrońska"),
    ("Gent", "BE", 265_000, "Joris Vandamme"),
    ("Graz", "AT", 300_000, "Katharina Moser"),
    ("Kaunas", "LT", 300_000, "Rūta Kazlauskienė"),
    ("Košice", "SK", 225_000, "Zuzana Hrušková"),
    ("Leipzig", "DE", 616_000, "Thi Mai Nguyễn"),
    ("Lille", "FR", 235_000, "Nadia Benali"),
    ("Linköping", "SE", 165_000, "Elsa Bergström"),
    ("Ljubljana", "SI", 285_000, "Nina Kovač"),
    ("Lublin", "PL", 330_000, "Piotr Zieliński"),
    ("Malmö", "SE", 357_000, "Omar Haddad عمر حداد"),
    ("Maribor", "SI", 96_000, "Luka Zupan"),
    ("Nantes", "FR", 320_000, "Yann Le Goff"),
    ("Πάτρα", "GR", 170_000, "Δήμητρα Οικονόμου"),
    ("Pécs", "HU", 140_000, "Réka Szabó"),
    ("Porto", "PT", 230_000, "Beatriz Moreira"),
    ("Rīga", "LV", 605_000, "Līga Ozoliņa"),
    ("Rijeka", "HR", 108_000, "Ivana Perić"),
    ("Sevilla", "ES", 680_000, "Rocío Domínguez"),
    ("Tampere", "FI", 250_000, "Somchai Virtanen สมชาย"),
    ("Tartu", "EE", 97_000, "Kadri Tamm"),
    ("Torino", "IT", 850_000, "Davide Gallo"),
    ("Utrecht", "NL", 360_000, "Fatima el Amrani"),
    ("Valletta", "MT", 6_000, "Maria Camilleri"),
    ("Zaragoza", "ES", 675_000, "Pilar Lahoz"),
)

PAIRED = (
    ("เชียงใหม่ Chiang Mai", "TH"),
    ("Đà Nẵng", "VN"),
    ("Pune", "IN"),
    ("Kochi", "IN"),
    ("Bandung", "ID"),
    ("Cebu", "PH"),
    ("北九州 Kitakyushu", "JP"),
    ("수원 Suwon", "KR"),
    ("杭州 Hangzhou", "CN"),
    ("عمّان Amman", "JO"),
)

IDEAS = (
    # title, topic; the first twenty go on to the full proposal
    ("Cool schoolyards", "nature-heritage"),
    ("Rain gardens for dense quarters", "water-waste"),
    ("Repair shops next door", "circular-economy"),
    ("A cycling network that schools planned", "mobility"),
    ("Open data for quiet nights", "digital"),
    ("Apprenticeships in green trades", "education-skills"),
    ("Old mills, new uses", "nature-heritage"),
    ("Night buses on demand", "mobility"),
    ("Roofs that store rain", "water-waste"),
    ("Sorting textiles with neighbours", "circular-economy"),
    ("Clean air at the school gate", "air-quality"),
    ("Short chains for school canteens", "sustainable-production"),
    ("A digital twin of the old harbour", "digital"),
    ("Heat maps and shade", "smart-cities"),
    ("Shared vans for market traders", "mobility"),
    ("Second life for office furniture", "circular-economy"),
    ("Leaks found by listening", "water-waste"),
    ("Archives that children read", "nature-heritage"),
    ("Courtyards with solar roofs", "smart-cities"),
    ("Festivals without waste", "sustainable-production"),
    ("Drinking fountains on every square", "water-waste"),
    ("Libraries of things", "circular-economy"),
    ("Compost for city gardens", "circular-economy"),
    ("Young guides to old stones", "nature-heritage"),
    ("Cargo bikes for night shifts", "mobility"),
    ("Batteries reused in social housing", "smart-cities"),
    ("Every tree counted", "digital"),
    ("Learning to retrofit", "education-skills"),
    ("Ferries on electricity", "mobility"),
    ("Markets of tomorrow", "sustainable-production"),
    ("Quiet streets, open windows", "air-quality"),
    ("Seeds of the city", "nature-heritage"),
    ("Noise maps by ear", "air-quality"),
    ("Start-ups that meet craft", "education-skills"),
    ("River banks without plastic", "water-waste"),
    ("Women who code the city", "education-skills"),
    ("Sundays without cars", "mobility"),
    ("One ticket for two cities", "smart-cities"),
    ("A harbour for small boats", "mobility"),
    ("Wetlands at the edge of town", "nature-heritage"),
)


@dataclass(frozen=True, kw_only=True)
class DemoReviewer:
    """A reviewer: what they know, where they are from, and how many reviews they want."""

    name: str
    key: str
    country: str
    languages: tuple[str, ...]
    topics: tuple[str, ...]
    most: int = 16


REVIEWERS = (
    DemoReviewer(
        name="Ingrid Halvorsen", key="ingrid", country="NO", languages=("en",), topics=("mobility",)
    ),
    DemoReviewer(
        name="Rajesh Kulkarni",
        key="rajesh",
        country="IN",
        languages=("en",),
        topics=("water-waste", "smart-cities"),
    ),
    DemoReviewer(
        name="Élise Marchand",
        key="elise",
        country="CH",
        languages=("fr", "en"),
        topics=("circular-economy",),
    ),
    DemoReviewer(
        name="Tomáš Beneš", key="tomas", country="CZ", languages=("en",), topics=("digital",)
    ),
    DemoReviewer(
        name="Sofía Arroyo",
        key="sofia",
        country="ES",
        languages=("es", "en"),
        topics=("education-skills",),
    ),
    DemoReviewer(
        name="Nguyễn Văn Hòa",
        key="hoa",
        country="VN",
        languages=("en",),
        topics=("nature-heritage",),
    ),
    DemoReviewer(
        name="Layla Mansour ليلى منصور",
        key="layla",
        country="JO",
        languages=("en",),
        topics=("water-waste", "air-quality"),
    ),
    DemoReviewer(
        name="Pim Suwannarat พิมพ์",
        key="pim",
        country="TH",
        languages=("en",),
        topics=("sustainable-production", "circular-economy"),
    ),
    DemoReviewer(
        name="Greta Lindqvist",
        key="greta",
        country="SE",
        languages=("en",),
        topics=("smart-cities",),
    ),
    DemoReviewer(
        name="Kenji Morita 森田健二",
        key="kenji",
        country="JP",
        languages=("en",),
        topics=("mobility", "digital"),
    ),
    DemoReviewer(
        name="Ruth Adler",
        key="ruth",
        country="AT",
        languages=("de", "en"),
        topics=("nature-heritage", "education-skills"),
    ),
    DemoReviewer(
        name="Paulo Nogueira", key="paulo", country="PT", languages=("en",), topics=("air-quality",)
    ),
    DemoReviewer(
        name="Hanna Virtaniemi",
        key="hanna",
        country="FI",
        languages=("en",),
        topics=("digital", "smart-cities"),
    ),
)

SCORES = (
    # Halves for excellence, impact, implementation, of the twenty full proposals in their order.
    *((10, 10, 9), (10, 9, 9), (9, 10, 8), (9, 8, 9), (9, 9, 8), (9, 8, 8), (8, 9, 8)),
    # The last of these two that is funded hangs on a draw.
    *((8, 8, 8), (8, 8, 8)),
    *((8, 8, 7), (8, 7, 8), (7, 8, 7), (7, 7, 8), (7, 7, 7), (7, 6, 7), (6, 7, 7), (7, 7, 6)),
    *((5, 7, 7), (6, 6, 6), (4, 4, 5)),
)
APART = {3: 4, 12: 4}
"""By how many halves the second review lies below the first on impact, by place."""

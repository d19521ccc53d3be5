"""Cities are found by the names that people type, and put nowhere by guessing."""

import gzip

import pytest

from grants.directory.atlas import gather, gazetteer

GRANADA, MANNHEIM, LODZ = (-3.61, 37.19), (8.47, 49.49), (19.47, 51.77)
ZHENGZHOU, LIUZHOU = (113.65, 34.76), (109.41, 24.32)


def where(name, country):
    found = gazetteer.find(frozenset({(name, country)}))
    return {it.name: it.point for it in found.values()}


@pytest.mark.parametrize(
    ("name", "country", "bare", "point"),
    [
        ("City of Granada", "ES", "Granada", GRANADA),
        ("Ayuntamiento de Granada", "ES", "Granada", GRANADA),
        ("Stadt Mannheim", "DE", "Mannheim", MANNHEIM),
        ("Miasto Łódź", "PL", "Łódź", LODZ),
        ("LODZ", "PL", "LODZ", LODZ),
        ("Zhengzhou 郑州", "CN", "Zhengzhou", ZHENGZHOU),
        ("郑州 Zhengzhou", "CN", "Zhengzhou", ZHENGZHOU),
        ("柳州市", "CN", "柳州市", LIUZHOU),
        ("Liuzhou Municipal Government (China)", "CN", "Liuzhou", LIUZHOU),
        ("Las Palmas de Gran Canaria", "ES", "Las Palmas de Gran Canaria", (-15.42, 28.1)),
        ("Halle (Saale)", "DE", "Halle (Saale)", (11.98, 51.48)),
        ("New York City", "US", "New York City", (-74.01, 40.71)),
    ],
)
def test_a_city_is_found_by_the_name_that_was_typed(name, country, bare, point):
    assert where(name, country) == {bare: point}


@pytest.mark.parametrize(
    ("name", "country"),
    [
        ("Springfield", "US"),
        ("Neustadt", "DE"),
        ("City of Granada", "DE"),
        ("Nowhere at all", "DE"),
        ("City of", "DE"),
        ("", "DE"),
        ("(((", "XK"),
        ("Mannheim University", "DE"),
    ],
)
def test_what_is_unknown_or_could_be_several_is_left_out(name, country):
    assert where(name, country) == {}


def test_the_largest_is_meant_where_it_is_by_far_the_largest():
    assert where("Frankfurt", "DE") == {"Frankfurt": (8.68, 50.12)}


def test_the_list_is_gathered_without_codes_and_spellings_by_sound():
    city = {
        "name": "Łódź",
        "countrycode": "PL",
        "latitude": 51.77058,
        "longitude": 19.47395,
        "population": 639_890,
        "alternatenames": ["LCJ", "Lodz", "luo ci", "Лодзь", "Łódź"],
    }
    village = {**city, "name": "Piaski", "population": 15_001}

    made = gzip.decompress(gather.gathered([village, city])).decode()

    assert made.splitlines() == [
        "PL\t51.77\t19.47\t15001\tpiaski",
        "PL\t51.77\t19.47\t639890\tłodz\tlodz\tлодзь",
    ]

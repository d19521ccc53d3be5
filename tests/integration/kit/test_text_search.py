"""How texts are cut into what they are found by."""

from grants.kit.text_search import phrases, words


def test_accents_and_case_are_folded():
    assert words("Łódź, MÁLAGA") == ["lodz", "malaga"]


def test_signs_without_spaces_are_cut_into_pairs():
    assert words("广州市 2030") == ["广州", "州市", "市", "2030"]
    assert words("Bình Dương與广州") == ["binh", "duong", "與广", "广州", "州"]


def test_what_is_asked_for_fits_what_is_kept():
    assert phrases("lodz Mobil") == [("lodz",), ("mobil",)]
    assert phrases("IUC-2019-007") == [("iuc", "2019", "007")]
    assert phrases("州市") == [("州市",)]
    assert phrases("州") == [("州",)]
    assert phrases("广州市") == [("广州", "州市")]


def test_what_has_no_words_asks_for_none():
    assert phrases(""" "' * () !! """) == []

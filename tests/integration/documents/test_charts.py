"""A chart is one drawing for page and paper, and says in words what it shows."""

import xml.etree.ElementTree as ET

import pytest

from grants.kit.pdf import fonts
from grants.kit.pdf.charts import Bar, bars, in_words, svg

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def countries():
    return [Bar("Spain", 4, "EUR 4"), Bar("广州 <b>", 2, "EUR 2"), Bar("Nowhere", 0, "EUR 0")]


def rectangles(drawing):
    return [shape for shape in drawing.contents if type(shape).__name__ == "Rect"]


def test_lengths_are_in_proportion_and_start_at_nought(countries):
    drawn = rectangles(bars(countries, accent="#0b5c66"))

    assert drawn[0].width == pytest.approx(2 * drawn[1].width)
    assert drawn[2].width == 0
    assert len({bar.x for bar in drawn}) == 1


def test_all_noughts_draw_no_bars():
    assert [bar.width for bar in rectangles(bars([Bar("a", 0, "0")], accent="#0b5c66"))] == [0]


def test_its_words_are_in_embedded_faces(countries):
    drawing = bars(countries, accent="#0b5c66")

    faces = {s.fontName for s in drawing.contents if type(s).__name__ == "String"}
    assert faces == {fonts.REGULAR, fonts.BOLD, fonts.FALLBACK}


def test_as_svg_it_is_well_formed_whole_and_always_the_same(countries):
    drawing = bars(countries, accent="#0b5c66")

    written = svg(drawing, "Awards & <countries>")

    tree = ET.fromstring(written)
    assert tree.findtext(f"{SVG}title") == "Awards & <countries>"
    texts = [text.text for text in tree.iter(f"{SVG}text")]
    assert texts == ["Spain", "EUR 4", "广州 <b>", "EUR 2", "Nowhere", "EUR 0"]
    assert written == svg(bars(countries, accent="#0b5c66"), "Awards & <countries>")
    assert b"NotoSans" not in written


def test_it_says_what_it_shows(countries):
    assert in_words(countries) == "Spain: EUR 4; 广州 <b>: EUR 2; Nowhere: EUR 0"

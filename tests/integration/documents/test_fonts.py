"""Every script the programme's cities write in is printed, in faces that travel with the file."""

import pytest

from grants.kit.pdf import fonts


@pytest.mark.parametrize("name", ["Granada", "Łódź", "Αθήνα", "София", "Đà Nẵng"])
def test_latin_greek_and_cyrillic_are_noto(name):
    assert list(fonts.runs(name)) == [(fonts.REGULAR, name)]


def test_chinese_falls_back_for_its_run_alone():
    assert list(fonts.runs("In 广州 city", fonts.BOLD)) == [
        (fonts.BOLD, "In "),
        (fonts.FALLBACK, "广州"),
        (fonts.BOLD, " city"),
    ]


def test_what_no_face_has_is_a_box():
    assert list(fonts.runs("a دبي")) == [(fonts.REGULAR, "a "), (fonts.FALLBACK, "□□□")]


@pytest.mark.parametrize("text", ["ความร่วมมือ", "ຮ່ວມມື", "თანამშრომლობა", "համագործակցություն"])
@pytest.mark.parametrize("face", [fonts.REGULAR, fonts.BOLD, fonts.ITALIC])
def test_scripts_that_need_no_shaping_are_set_by_their_own_face(text, face):
    ((used, run),) = fonts.runs(text, face)

    assert run == text
    assert used.startswith("NotoSans")
    assert used.endswith("-Bold") is (face == fonts.BOLD)


@pytest.mark.parametrize("text", ["नगर सहयोग", "நகரம்", "تعاون", "שיתוף", "👍"])
def test_what_cannot_be_printed_is_known(text):
    assert set(fonts.unprintable(f"Granada {text}")) == set(text) - {" "}


@pytest.mark.parametrize(
    "text", ["Łódź, Đà Nẵng, 广州, 서울, 名古屋, Αθήνα, Київ", "ความร่วมมือ", "“–…” → ✓ €\t\n", ""]
)
def test_what_can_be_printed_is_not_complained_about(text):
    assert fonts.unprintable(text) == ""


def test_markup_is_escaped_in_every_face():
    marked = fonts.markup("<b>&</b> 广<州")

    assert marked == (
        '&lt;b&gt;&amp;&lt;/b&gt; <font name="WenQuanYiMicroHei">广</font>&lt;'
        '<font name="WenQuanYiMicroHei">州</font>'
    )


def test_control_characters_and_tricks_of_direction_are_dropped():
    assert fonts.printable("a\x00b\u202ec\ud800\r\nd\te") == "abc\nd    e"


def test_decomposed_letters_are_composed():
    assert fonts.printable("Mu\u0308nchen") == "München"


def test_a_line_is_shortened_to_its_room():
    assert fonts.fitted("Granada", 500, 9) == "Granada"
    short = fonts.fitted("Granada\nand 广州 " * 20, 100, 9)
    assert short.endswith("…")
    assert fonts.width(short, fonts.REGULAR, 9) <= 100


def test_no_room_at_all_leaves_an_ellipsis():
    assert fonts.fitted("Granada", 1, 9) == "…"


def test_chinese_text_breaks_between_characters():
    assert fonts.is_mostly_cjk("三个主题网络 IUC")
    assert not fonts.is_mostly_cjk("In 广州 city")
    assert not fonts.is_mostly_cjk("")

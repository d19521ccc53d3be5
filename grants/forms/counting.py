r"""Words and characters, counted so that the browser agrees with the server.

The rules, which forms.js follows letter by letter:

- a line's end is one character, whatever the browser sends ("\r\n", "\r" or "\n");
- text is composed first (Unicode NFC), so "ó" counts once however it was typed;
- a character is a Unicode code point;
- a word is a longest run of characters that are not blanks, and the blanks are those of `BLANKS`,
  which is what JavaScript's `\s` means. Python's differs a little, hence the list.
"""

import re
import unicodedata

BLANKS = "\t\n\x0b\x0c\r \xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
_WORD = re.compile(f"[^{BLANKS}]+")
_UNKEEPABLE = re.compile("[\x00\ud800-\udfff]")


def normalised(text: str) -> str:
    """Write text as it is kept: one kind of line end, composed, without what no database takes."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", _UNKEEPABLE.sub("", lines))


def words(text: str) -> int:
    """Count the words of a text."""
    return sum(1 for _ in _WORD.finditer(normalised(text)))


def characters(text: str) -> int:
    """Count the characters of a text, blanks and line ends included."""
    return len(normalised(text))


def blank(text: str) -> bool:
    """Say whether a text holds no word at all."""
    return _WORD.search(text) is None

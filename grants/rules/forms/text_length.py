r"""Words and characters, counted so that the browser agrees with the server.

The rules, which forms.js follows letter by letter:

- a line's end is one character, whatever the browser sends ("\r\n", "\r" or "\n");
- text is composed first (Unicode NFC), so "ó" counts once however it was typed;
- a character is a Unicode code point;
- blanks are those of `BLANKS`, which is what JavaScript's `\s` means. Python's differs a little,
  hence the list. The stops and brackets of Chinese and Japanese (`POINTS`) part words, too;
- where people write without blanks, signs are counted: each of Chinese and Japanese is a word, as
  word processors have it, and five of Thai, Lao, Tibetan, Burmese or Khmer are one, whose words
  only a dictionary could find;
- any other word is a longest run of other characters.
"""

import re
import unicodedata

BLANKS = "\t\n\x0b\x0c\r \xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
POINTS = (
    "\u3001-\u3003\u3008-\u3020\u3030\u303d\u30fb"
    "\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65"
)
SIGNS = (
    "\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3038-\u303b\u3041-\u30fa\u30fc-\u30ff"
    "\u3105-\u312f\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\uff66-\uff9f\U0001b000-\U0001b16f\U00020000-\U000323af"
)
"""Chinese and Japanese: a sign is a word."""
RUNS = "\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff\u1950-\u19ff\ua9e0-\ua9ff\uaa60-\uaa7f"
"""Thai, Lao, Tibetan, Burmese, Khmer: `AT_ONCE` signs are a word."""
AT_ONCE = 5
OTHERS = f"^{BLANKS}{POINTS}{SIGNS}{RUNS}"
_WORD = re.compile(f"[{SIGNS}]|[{RUNS}]{{1,{AT_ONCE}}}|[{OTHERS}]+")
_WRITTEN = re.compile(f"[^{BLANKS}]")
_UNPARTED = re.compile(f"[{SIGNS}{RUNS}]")
_UNKEEPABLE = re.compile("[\x00\ud800-\udfff]")


def normalised(text: str) -> str:
    """Write text as it is kept: one kind of line end, composed, without what no database takes."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", _UNKEEPABLE.sub("", lines))


def words(text: str) -> int:
    """Count the words of a text."""
    return len(_WORD.findall(normalised(text)))


def characters(text: str) -> int:
    """Count the characters of a text, blanks and line ends included."""
    return len(normalised(text))


def blank(text: str) -> bool:
    """Return whether a text holds no word at all."""
    return _WRITTEN.search(text) is None


def unparted(text: str) -> bool:
    """Return whether a text has signs that are counted, because no blanks part its words."""
    return _UNPARTED.search(text) is not None

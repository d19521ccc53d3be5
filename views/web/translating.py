"""The sentences of pages in the reader's language, each looked up once."""

from typing import Any

from pyramid.i18n import Translator
from translationstring import TranslationString


class Remembering:
    """Looks each sentence up once: a list of sixty says the same few words hundreds of times."""

    MOST = 10_000

    def __init__(self, translations: Any) -> None:
        self._translate = Translator(translations)
        self._known: dict[tuple[str | None, ...], str] = {}

    def __call__(
        self, sentence: Any, domain: Any = None, mapping: Any = None, context: Any = None
    ) -> Any:
        """Translate; what has gaps, or is no plain sentence, is put together each time."""
        marked = type(sentence) is TranslationString
        if mapping or (marked and sentence.mapping) or not (marked or type(sentence) is str):
            return self._translate(sentence, domain, mapping, context)
        own = (sentence.domain, sentence.default, sentence.context) if marked else ()
        key = (str(sentence), domain, context, *own)
        if key not in self._known:
            if len(self._known) >= self.MOST:
                self._known.clear()
            self._known[key] = self._translate(sentence, domain, mapping, context)
        return self._known[key]

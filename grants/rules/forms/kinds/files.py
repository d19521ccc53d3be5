"""Fields that take files."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from grants.rules.forms import settings
from grants.rules.forms.field import Answer, AnswerError, Field, Shape, setting
from grants.rules.words import N_

LARGEST = 25 * 1024 * 1024

TYPES = {
    "pdf": ("application/pdf",),
    "docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document",),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",),
    "pptx": ("application/vnd.openxmlformats-officedocument.presentationml.presentation",),
    "odt": ("application/vnd.oasis.opendocument.text",),
    "ods": ("application/vnd.oasis.opendocument.spreadsheet",),
    "jpg": ("image/jpeg",),
    "png": ("image/png",),
    "csv": ("text/csv", "text/plain"),
    "txt": ("text/plain",),
    "mp4": ("video/mp4",),
    "mov": ("video/quicktime",),
}
"""What may be asked for, by its ending, and the media types a file of it may turn out to be.

Archives are not among them: nobody would know what is in one before it is unpacked.
"""


@dataclass(frozen=True, kw_only=True)
class FileField(Field):
    """Files of certain types, each up to a size. The answer is a list of identifiers."""

    kind: ClassVar[str] = "file"
    shape: ClassVar[Shape] = Shape.FILES
    identifying: ClassVar[bool] = True
    types: tuple[str, ...] = setting(settings.codes, ("pdf",))
    max_bytes: int = setting(settings.positive, LARGEST)
    max_files: int = setting(settings.positive, 1)

    def sound(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Ask for known types, and not for more than can be taken."""
        for ending in self.types:
            if ending not in TYPES:
                yield N_("Files of the type “{type}” cannot be asked for."), {"type": ending}
        if not self.types:
            yield N_("Name at least one type of file."), {}
        if (self.max_bytes or 0) > LARGEST:
            yield N_("A file may have at most {limit} bytes."), {"limit": LARGEST}

    @property
    def accepted(self) -> tuple[str, ...]:
        """The types taken here: where videos are, those of phones by Apple are too."""
        also = ("mov",) if "mp4" in self.types and "mov" not in self.types else ()
        return (*self.types, *also)

    @property
    def media_types(self) -> frozenset[str]:
        """The media types taken here."""
        return frozenset(media for ending in self.accepted for media in TYPES[ending])

    def is_blank(self, answer: Answer) -> bool:
        """Return whether no file is there."""
        return not answer

    def check(self, answer: Answer) -> Iterator[AnswerError]:
        """Count the files; their types and sizes are checked when they arrive."""
        given = answer if isinstance(answer, list) else [answer]
        if not all(isinstance(one, str) for one in given):
            yield AnswerError(N_("This is not a file."))
        if len(given) > self.max_files:
            values = {"count": len(given), "limit": self.max_files}
            yield AnswerError(N_("There are {count} files here. Keep at most {limit}."), values)

    def json_schema(self) -> dict[str, Any]:
        """Describe a list of identifiers."""
        least = 1 if self.required else 0
        items = {"type": "string", "minLength": 1}
        return {"type": "array", "items": items, "minItems": least, "maxItems": self.max_files}


KINDS: tuple[type[Field], ...] = (FileField,)

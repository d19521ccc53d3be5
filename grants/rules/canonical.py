"""JSON written the one way that is hashed: what is frozen today is proved by it years later."""

import hashlib
import json


def written(value: object) -> bytes:
    """Write plain values as JSON: sorted keys, no blanks, UTF-8; equal values have equal bytes."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return text.encode()


def digest(value: object) -> str:
    """Return the SHA-256 of the canonical JSON of plain values, as 64 hexadecimal digits."""
    return hashlib.sha256(written(value)).hexdigest()

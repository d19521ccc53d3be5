"""Files for people to keep: never shown inside the portal, whatever is in them."""

import unicodedata
from urllib.parse import quote

from pyramid.response import Response


def as_download(response: Response, name: str) -> Response:
    """Have the browser save an answer under a name, in any script, and run nothing in it."""
    safe = "".join("_" if unicodedata.category(sign)[0] == "C" else sign for sign in name)
    plain = unicodedata.normalize("NFKD", safe).encode("ascii", "ignore").decode()
    plain = "".join("_" if sign in '"\\/;%' else sign for sign in plain).strip() or "file"
    response.headers["Content-Disposition"] = (
        f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(safe, safe='')}"
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response

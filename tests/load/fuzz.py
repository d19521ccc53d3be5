"""Malformed requests: thousands of them over every address, as several people.

    python -m tests.load.fuzz [--requests 20000] [--seed 1]

Whatever is sent, the answer is a page or a refusal, and never a failure of ours. In one process,
without a network; the same seed sends the same requests.
"""

import argparse
import random
import re
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import quote, urlencode

from pyramid.router import Router
from webob import Request

from grants.accounts.models import Person
from grants.demo.load import load_once
from grants.kit.clock import now
from grants.kit.database.tables import Base
from grants.kit.settings import parse
from grants.portal import Portal
from views.web.routes import ROUTES

SETTINGS = {
    "mail.url": "memory:",
    "session.secret": "fuzz-only-fuzz-only-fuzz-only-fuzz-only",
    "portal.url": "http://localhost",
    "portal.development": "true",
    "portal.name": "IUC Asia competitive fund",
}
WHO = (None, "lucia@granada.example", "wei@reviewers.example", "helena@fund.example")
VALUES = (
    "", "\0", "a\0b", "\ud800", "%", "%zz", "%00", "%ff%fe", "../../etc/passwd", "x" * 5000,
    "9" * 400, "-1", "1e999", "NaN", "Infinity", "1/0", "[]", "{}", "null", "true", "𝔘", "‮",
    "' OR 1=1 --", "<script>alert(1)</script>", "{{7*7}}", "${x}", "2020-02-30", "0000-00-00",
    "2020-03-31T25:61", "１２", "²", "٣", "\r\nSet-Cookie: a=b", "a" * 70000,
)  # fmt: skip
CHARSETS = ("nonsense", "utf-16", "base64", "idna", "rot13", "utf-7", "\x7f", "latin-1", '"', "")
HEADERS = {
    "Accept-Language": ("", ";;;", "x" * 999, "de;q=z", "*;q=9", "\xff"),
    "Accept": ("", "*", "a/b/c", ";q=", "text/html;q=nan"),
    "Cookie": ("session=", "session=\xff", "=;=;", "language=xx", "session=" + "a" * 9000),
    "If-Modified-Since": ("yesterday", "0", "Mon, 32 Foo 2020"),
    "If-None-Match": ('"', "W/", "*"),
    "Range": ("bytes=9-1", "bytes=a", "lines=1-2", "bytes=-0"),
    "HX-Request": ("true", "\xff"),
    "X-CSRF-Token": ("", "a" * 999, "\xff"),
    "Content-Length": ("-1", "x", "99999999999"),
    "X-Forwarded-For": ("a, b, c", "\xff", "::::"),
    "Host": ("", "a b", "[::", "x:99999"),
}
CODES = (
    "IUC-2018",
    "IUC-2020",
    "IUC-2027",
    "IUC-ASIA",
    "IUC-2018-001",
    "IUC-2020-001-P",
    "IUC-2027-001",
)
"""What addresses name in the demonstration."""
NAMES = (
    "csrf_token", "__start__", "__end__", "__formid__", "_charset_", "title", "code", "criteria",
    "rules", "topics", "page", "q", "order", "status", "revision", "tab", "version", "seen",
    "upload", "next", "email", "password", "language", "from", "to", "kind", "reasons", "save",
)  # fmt: skip


class Fuzz:
    """Sends made-up requests to an application over the demonstration."""

    def __init__(
        self, app: Router, sessions: dict[str, str], seed: int, codes: Sequence[str] = CODES
    ) -> None:
        self.app, self.sessions, self.random = app, sessions, random.Random(seed)
        self.codes = codes
        self.answers: Counter[int] = Counter()
        self.failures: list[str] = []

    def run(self, requests: int) -> None:
        """Send so many requests; what fails is kept with all that is needed to send it again."""
        for number in range(requests):
            request, written = self._request()
            try:
                status = request.get_response(self.app).status_int
            except Exception as problem:  # whatever gets out of the application is a failure
                status, written = 599, f"{written} -> {type(problem).__name__}: {problem}"
            self.answers[status] += 1
            # Without a worker the portal is not well, and says so.
            if status >= 500 and "/healthz" not in written:
                self.failures.append(f"{number}: {status} {written[:400]}")

    def _request(self) -> tuple[Request, str]:
        pick = self.random.choice
        method = pick(("GET", "POST", "POST", "POST", "PUT", "HEAD", "DELETE", "PATCH", "FOO"))
        _name, pattern, _factory, _keys = pick(ROUTES)
        path = re.sub(r"\{\w+(:[^}]*\})?\}?", lambda _found: self._part(), pattern)
        query = self._encoded() if self.random.random() < 0.4 else ""
        body, content_type = self._body() if method in ("POST", "PUT", "PATCH") else (b"", "")
        environ = {
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "CONTENT_TYPE": content_type,
            "REMOTE_ADDR": "127.0.0.1",
        }
        request = Request.blank("/", environ=environ)
        request.body = body
        who = pick(tuple(self.sessions))
        request.headers["Cookie"] = self.sessions[who]
        for name in self.random.sample(sorted(HEADERS), self.random.randint(0, 2)):
            request.environ[_key(name)] = pick(HEADERS[name])
        return request, f"{method} {path}?{query} {content_type} {body[:120]!r} as {who}"

    def _part(self) -> str:
        known = (*self.codes, "1", "2", "project", "0")
        part = self.random.choice(known if self.random.random() < 0.8 else VALUES)
        plain = part.encode("utf-8", "surrogatepass").decode("latin-1")
        return plain if self.random.random() < 0.5 else quote(plain, encoding="latin-1")

    def _pairs(self) -> list[tuple[str, str]]:
        count, pick = self.random.randint(0, 6), self.random.choice
        return [(pick((*NAMES, *NAMES, *VALUES)), pick(VALUES)) for _each in range(count)]

    def _encoded(self) -> str:
        if self.random.random() < 0.2:
            return self.random.choice(("&&==&", "%", "%ff=%fe", "a=%zz", "=" * 99, "\xff\xfe"))
        return urlencode(self._pairs(), errors="surrogatepass")

    def _body(self) -> tuple[bytes, str]:
        kind = self.random.randrange(6)
        plain = urlencode(self._pairs(), errors="surrogatepass").encode()
        form = "application/x-www-form-urlencoded"
        if kind == 0:
            return plain, f"{form}; charset={self.random.choice(CHARSETS)}"
        if kind == 1:
            boundary = self.random.choice(("b", "", "x" * 300, "\xff", '"'))
            return self._multipart(), f"multipart/form-data; boundary={boundary}"
        if kind == 2:
            return b'{"a": [' * 2000, "application/json"
        if kind == 3:
            return self.random.randbytes(self.random.randint(0, 300)), form
        if kind == 4:
            return plain, self.random.choice(("", "text/plain", "a", ";", "multipart/form-data"))
        return plain, form

    def _multipart(self) -> bytes:
        parts = []
        for name, value in self._pairs():
            head = f'--b\r\nContent-Disposition: form-data; name="{name}"'
            named = '; filename="a.pdf"' if self.random.random() < 0.3 else ""
            parts.append(f"{head}{named}\r\n\r\n{value}\r\n".encode("utf-8", "surrogatepass"))
        whole = b"".join(parts) + b"--b--\r\n"
        return whole[: self.random.randint(0, len(whole))]


def _key(name: str) -> str:
    plain = name.upper().replace("-", "_")
    return plain if plain in ("CONTENT_LENGTH",) else f"HTTP_{plain}"


def demonstration(folder: Path) -> Iterator[tuple[Router, dict[str, str]]]:
    """Make the demonstration in a folder, and sign everybody in."""
    from grants.app import main

    settings = SETTINGS | {
        "sqlalchemy.url": f"sqlite:///{folder}/portal.sqlite",
        "storage.url": f"file://{folder}/files",
    }
    portal = Portal(parse(settings), now)
    Base.metadata.create_all(portal.engine)
    load_once(portal)
    app = main(None, **settings)
    sessions = {}
    for email in WHO:
        token = ""
        if email:
            with portal.writing() as services:
                person = services.db.query(Person).filter_by(email=email).one()
                held = app.registry["session.lifetime"]
                token = services.sessions.open(person, lifetime=held)
        sessions[email or "nobody"] = f"session={token}" if token else ""
    yield app, sessions
    portal.engine.dispose()


def command() -> int:
    """Send the requests that were asked for, and say what came of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for app, sessions in demonstration(Path(folder)):
            fuzz = Fuzz(app, sessions, asked.seed)
            fuzz.run(asked.requests)
    for status, count in sorted(fuzz.answers.items()):
        print(f"{status}: {count}")
    for failure in fuzz.failures[:40]:
        print(failure.encode("ascii", "backslashreplace").decode())
    return 1 if fuzz.failures else 0


if __name__ == "__main__":
    raise SystemExit(command())

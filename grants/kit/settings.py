"""The portal's settings: read from the ini file once, checked, and typed from then on."""

import os
from collections.abc import Mapping
from configparser import ConfigParser
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Literal, cast

from grants.kit.branding import Branding

_SHORTEST_KEY = 32

JobsBackend = Literal["embedded", "procrastinate"]


class BadSettings(Exception):  # noqa: N818  -- it is not the program that erred
    """A setting is missing or cannot be understood. The message names it."""


@dataclass(frozen=True, kw_only=True)
class Jobs:
    """Which queue runs the jobs, and how patient it is."""

    backend: JobsBackend = "embedded"
    lease: timedelta = timedelta(seconds=30)
    """How long a worker may be silent before others take up its job."""
    poll: timedelta = timedelta(milliseconds=300)
    url: str = ""
    """The database as a worker reaches it: directly, where the portal goes through a pooler."""


@dataclass(frozen=True, kw_only=True)
class MailLimits:
    """How many invitations leave in 24 hours: by one person, and to one address from everybody."""

    by_sender: int = 50
    to_recipient: int = 4


@dataclass(frozen=True, kw_only=True)
class Settings:
    """All that differs between one installation and another."""

    database_url: str
    storage_url: str
    mail_url: str
    mail_sender: str = "fund@localhost"
    portal_url: str = "http://localhost:6543"
    development: bool = False
    """Whether this is somebody's own machine: mail can be read on a page, secrets may be known."""
    rehearsal: Path | None = None
    """The file of a clock that may be put forward, in development only; see grants.kit.clock."""
    clamd: str = ""
    """Host and port of a ClamAV daemon, such as `localhost:3310`; empty: files stay unscanned."""
    proxies: int = 0
    """How many proxies pass requests on. Each adds whom it heard to X-Forwarded-For; with none,
    anybody can have written that header."""
    proxy_key: str = field(default="", repr=False)
    """What the proxy says with its stamp of a request's arrival, so that others' are not believed;
    empty: no stamp is."""
    logs: Literal["json", "console"] = "json"
    branding: Branding = field(default_factory=Branding)
    """How the portal itself shows itself; a fund does in its own way where it set one."""
    jobs: Jobs = field(default_factory=Jobs)
    invitations: MailLimits = field(default_factory=MailLimits)
    raw: Mapping[str, str] = field(default_factory=dict, repr=False)
    """The ini file's own words."""

    hosts: tuple[str, ...] = ()
    """Further names under which people may come, beside the one in `portal_url`."""

    def url(self, *parts: str) -> str:
        """Return the address of a page as letters write it."""
        return "/".join((self.portal_url, *parts))

    @property
    def netloc(self) -> str:
        """The portal's own name and port, as browsers say it."""
        return self.portal_url.split("//")[-1].split("/")[0]

    @property
    def secret(self) -> str:
        """What only this portal knows: sessions are signed with it, waiting letters sealed."""
        return self.raw.get("session.secret", "")

    @property
    def hostname(self) -> str:
        """The portal's own name, which message identifiers end with."""
        return self.portal_url.split("//")[-1].split("/")[0].split(":")[0]


def load(path: str | Path) -> Settings:
    """Read the settings of the application in an ini file. Raises BadSettings.

    `env:NAME` stands for what the environment says under that name.
    """
    # Not through PasteDeploy, which would import the whole web with them.
    ini = Path(path).resolve()
    parser = _Ini(defaults={"here": str(ini.parent)})
    if not parser.read(ini, encoding="utf-8") or not parser.has_section("app:main"):
        raise BadSettings(f"there is no [app:main] in {ini}")
    return parse(
        resolved({name: parser.get("app:main", name) for name in parser.options("app:main")})
    )


class _Ini(ConfigParser):
    def optionxform(self, optionstr: str) -> str:
        """Leave names as they are written."""
        return optionstr


def resolved(raw: Mapping[str, str]) -> dict[str, str]:
    """Put the environment's values in: `env:NAME`, or `env:NAME|what else`. Raises BadSettings."""
    return {
        name: _from_environment(name, value) if str(value).startswith("env:") else value
        for name, value in raw.items()
    }


def _from_environment(name: str, value: str) -> str:
    variable, bar, otherwise = value.removeprefix("env:").partition("|")
    if variable in os.environ:
        return os.environ[variable]
    if bar:
        return otherwise
    raise BadSettings(f"{name}: {variable} is not set in the environment")


def parse(raw: Mapping[str, str]) -> Settings:
    """Make settings of an ini file's words. Raises BadSettings."""
    return Settings(
        database_url=_required(raw, "sqlalchemy.url"),
        storage_url=_required(raw, "storage.url"),
        mail_url=_required(raw, "mail.url"),
        mail_sender=raw.get("mail.sender", "fund@localhost"),
        portal_url=raw.get("portal.url", "http://localhost:6543").rstrip("/"),
        development=raw.get("portal.development", "false") == "true",
        rehearsal=_rehearsal(raw),
        clamd=raw.get("scan.clamd", ""),
        hosts=tuple(raw.get("portal.hosts", "").lower().split()),
        proxies=_count(raw, "proxy.count", "0"),
        proxy_key=_key(raw),
        logs="console" if _one_of(raw, "logs.format", ("json", "console")) == "console" else "json",
        branding=_branding(raw),
        jobs=_jobs(raw),
        invitations=MailLimits(
            by_sender=_count(raw, "invitations.by_sender", "50"),
            to_recipient=_count(raw, "invitations.to_recipient", "4"),
        ),
        raw=dict(raw),
    )


def _rehearsal(raw: Mapping[str, str]) -> Path | None:
    path = raw.get("portal.rehearsal", "").strip()
    if path and raw.get("portal.development") != "true":
        raise BadSettings("portal.rehearsal is for development only: deadlines would not hold.")
    return Path(path) if path else None


def _branding(raw: Mapping[str, str]) -> Branding:
    old = sorted(name for name in raw if name.startswith("fund."))
    if old:
        named = ", ".join(f"{it} is portal.{it.removeprefix('fund.')} now" for it in old)
        raise BadSettings(f"{named}: what a fund shows of itself is set on its page")
    own = Branding()
    try:
        return Branding(
            name=raw.get("portal.name", "").strip() or own.name,
            accent=raw.get("portal.accent", own.accent),
            zone=raw.get("portal.zone", own.zone).strip(),
            languages=tuple(raw.get("portal.languages", "").split()) or own.languages,
            run_by=raw.get("portal.run_by", "").strip(),
        )
    except ValueError as error:
        raise BadSettings(f"portal.{error}") from None


def _jobs(raw: Mapping[str, str]) -> Jobs:
    backend = cast("JobsBackend", _one_of(raw, "jobs.backend", ("embedded", "procrastinate")))
    if backend == "procrastinate" and raw["sqlalchemy.url"].startswith("sqlite"):
        raise BadSettings("jobs.backend = procrastinate needs PostgreSQL in sqlalchemy.url")
    return Jobs(
        backend=backend,
        lease=_seconds(raw, "jobs.lease", "30"),
        poll=_seconds(raw, "jobs.poll", "0.3"),
        url=raw.get("jobs.url", raw["sqlalchemy.url"]),
    )


def _required(raw: Mapping[str, str], name: str) -> str:
    if value := raw.get(name, "").strip():
        return value
    raise BadSettings(f"{name} is missing")


def _one_of(raw: Mapping[str, str], name: str, allowed: tuple[str, ...]) -> str:
    value = raw.get(name, allowed[0])
    if value not in allowed:
        raise BadSettings(f"{name} is {value!r}, but must be one of: {', '.join(allowed)}")
    return value


def _count(raw: Mapping[str, str], name: str, default: str) -> int:
    value = raw.get(name, default).strip()
    if not (value.isascii() and value.isdecimal()):
        raise BadSettings(f"{name} must be a whole number, 0 or more")
    return int(value)


def _key(raw: Mapping[str, str]) -> str:
    value = raw.get("proxy.key", "").strip()
    if value and len(value) < _SHORTEST_KEY:
        raise BadSettings("proxy.key must be at least 32 random signs, or empty")
    return value


def _seconds(raw: Mapping[str, str], name: str, default: str) -> timedelta:
    try:
        value = timedelta(seconds=float(raw.get(name, default)))
    except ValueError:
        raise BadSettings(f"{name} must be a number of seconds") from None
    if value <= timedelta(0):
        raise BadSettings(f"{name} must be more than 0 seconds")
    return value

"""Under which names people come here: redirects and links lead to these, and nowhere else."""

from typing import Any

from grants.kit.settings import Settings


def keep_to_ours(environ: dict[str, Any], settings: Settings) -> None:
    """Replace a name that is not ours by the portal's own.

    Where a browser is sent is made of the name that the request came with, which anybody may
    have written. In development people come by whatever name their machine has.
    """
    if settings.development:
        return
    said = str(environ.get("HTTP_HOST", "")).lower()
    ours = settings.netloc.lower()
    if _plain(said, environ) not in {_plain(ours, environ), *settings.hosts}:
        environ["HTTP_HOST"] = ours
    environ.pop("HTTP_X_FORWARDED_HOST", None)


def _plain(name: str, environ: dict[str, Any]) -> str:
    """Leave a port out that the scheme says by itself."""
    usual = ":443" if environ.get("wsgi.url_scheme") == "https" else ":80"
    return name.removesuffix(usual)

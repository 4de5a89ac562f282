"""Addresses of the tool itself: what a launch may ask to open."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

from mmo_lti.lti.refusal import broken

MAX_TARGET = 2000
LAUNCH_PATH = "/lti/launch"


@dataclass(frozen=True)
class ToolAddresses:
    """What a platform is told about the tool, by registration or typed by an administrator."""

    tool: str
    login: str
    launch: str
    keys: str

    @classmethod
    def of(cls, public_url: str) -> ToolAddresses:
        """The addresses under the tool's own one."""
        launch = public_url + LAUNCH_PATH
        return cls(tool=launch, login=public_url + "/lti/login", launch=launch, keys=public_url + "/lti/jwks")


@lru_cache(maxsize=256)
def own_path(url: str, public_url: str) -> str:
    """The path (and query) of `url` if it is the tool's own; raises `Refused` (BROKEN) for anything else.

    The comparison is on the text: no resolving, no unescaping, so what was compared is what will be opened.
    """
    if len(url) > MAX_TARGET or not url.isascii() or not url.isprintable() or " " in url or "\\" in url:
        raise broken("target_link_uri")
    if url != public_url and not url.startswith((public_url + "/", public_url + "?")):
        raise broken("target_link_uri")
    rest = url[len(public_url) :]
    parts = urlsplit(url)
    path = parts.path[len(urlsplit(public_url).path) :] or "/"
    if "@" in parts.netloc or rest.startswith("//") or not is_local_path(path):
        raise broken("target_link_uri")
    return path + (f"?{parts.query}" if parts.query else "")


def is_local_path(path: str) -> bool:
    """Whether a redirect to `path` stays on this site in every browser."""
    return (
        path.startswith("/")
        and not path.startswith(("//", "/\\"))
        and path.isascii()
        and path.isprintable()
        and "\\" not in path
        and " " not in path
    )

"""Lists that a platform gives page by page, linked by `Link: <…>; rel="next"` (RFC 8288)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import quote, urljoin, urlsplit

from mmo_lti.lti.outgoing import Answer
from mmo_lti.lti.platform_service import PlatformService, ServiceFailed

MAX_PAGES = 500
MAX_LINK = 8 * 1024
"""Characters of the header that leads on."""

_PARAMETER = r'\s*;\s*([\w!#$&+.^`|~-]+\*?)\s*(?:=\s*(?:"([^"]*)"|([^\s",;]+)))?'
_LINK = re.compile(rf"<([^<>]*)>((?:{_PARAMETER})*)")
_ONE = re.compile(_PARAMETER)


def pages(service: PlatformService, url: str, scopes: tuple[str, ...], accept: str) -> Iterator[Answer]:
    """All pages from `url` on; a short page is not the end, only a missing link is.

    Raises `ServiceFailed` for a page that comes twice and for more than 500.
    """
    seen: set[str] = set()
    following: str | None = url
    while following is not None:
        if following in seen or len(seen) >= MAX_PAGES:
            raise ServiceFailed("pages_endless")
        seen.add(following)
        answer = service.call("GET", following, scopes, accept=accept)
        yield answer
        following = next_page(answer, following)


def next_page(answer: Answer, url: str) -> str | None:
    """The next page's address, as the platform wrote it, or none; a relative one is resolved.

    Raises `ServiceFailed` for a header beyond all measure: to overlook it would end the list too early.
    """
    link = answer.headers.get("Link", "")
    if len(link) > MAX_LINK:
        raise ServiceFailed("link_size")
    for found in _LINK.finditer(link):
        for name, quoted, plain in _ONE.findall(found[2]):
            if name.lower() == "rel" and "next" in (quoted or plain).lower().split():
                return _joined(url, str(found[1]))
    return None


def _joined(url: str, found: str) -> str:
    try:
        return urljoin(url, found)
    except ValueError:
        raise ServiceFailed("foreign_address") from None


def with_query(url: str, **parameters: str | int | None) -> str:
    """`url` with parameters added to the query that it may have; empty ones are left out."""
    added = "&".join(
        f"{name}={quote(str(value), safe='')}" for name, value in parameters.items() if value is not None
    )
    if not added:
        return url
    base, hash_sign, fragment = url.partition("#")
    joint = "&" if urlsplit(base).query else "" if base.endswith("?") else "?"
    return f"{base}{joint}{added}{hash_sign}{fragment}"

"""Claims that may be missing, `null` or of any type: they never break a launch (LTI core 5.4)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from mmo_lti.lti import vocabulary
from mmo_lti.lti.own_address import is_local_path
from mmo_lti.lti.refusal import broken
from mmo_lti.rules.names import clean
from mmo_lti.services.launch import DeepLinkRequest, LaunchName, OfferedServices
from mmo_lti.services.platform_address import origin

MAX_URL = 2000
MAX_GROUPS = 500
MAX_GROUP_ID = 2**53
MAX_DEEP_LINK_DATA = 16_000

_LOCALE = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8}){0,2}\Z")

Claims = Mapping[str, Any]


class Optional(NamedTuple):
    """What was found; empty where it was not."""

    name: LaunchName
    email: str
    locale: str
    group_ids: tuple[int, ...]
    sourcedid: str
    page: str
    return_url: str
    services: OfferedServices


def read(claims: Claims, origins: frozenset[str]) -> Optional:
    """Read them all; addresses count only on one of the platform's `origins`."""
    custom = _object(claims, vocabulary.CUSTOM)
    presentation = _object(claims, vocabulary.LAUNCH_PRESENTATION)
    lis = _object(claims, vocabulary.LIS)
    locale = text(presentation, "locale", 20)
    page = text(custom, vocabulary.PAGE_PARAMETER, 500)
    return Optional(
        name=LaunchName(
            given=text(claims, "given_name", 150),
            family=text(claims, "family_name", 150),
            full=text(claims, "name", 300),
        ),
        email=_email(claims),
        locale=locale if _LOCALE.match(locale) else "",
        group_ids=_groups(custom),
        sourcedid=text(custom, vocabulary.SOURCEDID_PARAMETER, 255) or text(lis, "person_sourcedid", 255),
        page=page if is_local_path(page) else "",
        return_url=_url(presentation, "return_url", origins),
        services=_services(claims, origins),
    )


def text(claims: Claims, name: str, size: int) -> str:
    """A free text: cleaned and cut to `size`; no text, an empty one or an unresolved `$Variable` is empty."""
    value = claims.get(name)
    if not isinstance(value, str) or value.startswith("$"):
        return ""
    if len(value) <= size and value.isascii() and value.isprintable() and "  " not in value:
        return value.strip()  # clean but for its ends, as addresses and codes are
    value = value[: size * 2]
    if not value.isprintable():
        value = value.encode(errors="ignore").decode()
    return clean(value).text[:size].strip()


def _object(claims: Claims, name: str) -> Claims:
    value = claims.get(name)
    return value if isinstance(value, dict) else {}


def _email(claims: Claims) -> str:
    email = text(claims, "email", 300)
    return email if len(email) <= 254 and "@" in email and " " not in email else ""


def _groups(custom: Claims) -> tuple[int, ...]:
    value = custom.get(vocabulary.GROUPS_PARAMETER)
    if not isinstance(value, str):
        return ()
    found = []
    for part in value[:10_000].split(","):
        number = part.strip()
        if number.isascii() and number.isdigit() and len(number) < 17 and 0 < int(number) < MAX_GROUP_ID:
            found.append(int(number))
    return tuple(dict.fromkeys(found[:MAX_GROUPS]))


def _url(claims: Claims, name: str, origins: frozenset[str]) -> str:
    value = claims.get(name)
    return value if isinstance(value, str) and on_platform(value, origins) else ""


def on_platform(url: str, origins: frozenset[str]) -> bool:
    """Whether `url` is an address on one of the platform's own origins."""
    if len(url) > MAX_URL or not url.isascii() or not url.isprintable() or " " in url or "\\" in url:
        return False
    if url.startswith(_roots(origins)):
        return True
    try:
        parts = urlsplit(url)
        if parts.scheme not in {"https", "http"} or not parts.hostname or "@" in parts.netloc:
            return False
        return origin(parts.scheme, parts.hostname, parts.port) in origins
    except ValueError:
        return False


@lru_cache(maxsize=256)
def _roots(origins: frozenset[str]) -> tuple[str, ...]:
    return tuple(f"{one}/" for one in origins)


def _services(claims: Claims, origins: frozenset[str]) -> OfferedServices:
    names = _object(claims, vocabulary.NAMES_AND_ROLES)
    grades = _object(claims, vocabulary.GRADES)
    scopes = _texts(grades.get("scope"))
    return OfferedServices(
        memberships_url=_url(names, "context_memberships_url", origins),
        lineitems_url=_url(grades, "lineitems", origins),
        lineitem_url=_url(grades, "lineitem", origins),
        grade_scopes=tuple([scope for scope in scopes if scope in vocabulary.GRADE_SCOPES]),
    )


def _texts(value: object) -> list[str]:
    """A list of texts; anything else is an empty one."""
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return value
    return []


def deep_link(claims: Claims, origins: frozenset[str]) -> DeepLinkRequest:
    """The settings of a deep linking request, which must be there and whole (deep linking 4.4.1).

    Raises `Refused` (BROKEN).
    """
    settings = claims.get(vocabulary.DEEP_LINKING_SETTINGS)
    if not isinstance(settings, dict):
        raise broken("deep_linking_settings")
    return_url = settings.get("deep_link_return_url")
    if not isinstance(return_url, str) or not on_platform(return_url, origins):
        raise broken("deep_link_return_url")
    types = [kind for kind in _texts(settings.get("accept_types")) if kind.isprintable()]
    if not types or not _texts(settings.get("accept_presentation_document_targets")):
        raise broken("deep_linking_settings")
    data = settings.get("data")
    if data is not None and not _can_go_back(data):
        raise broken("deep_linking_data")
    return DeepLinkRequest(
        return_url=return_url,
        accept_types=tuple(types),
        accept_multiple=settings.get("accept_multiple") is True,
        accept_lineitem=settings.get("accept_lineitem") is True,
        data=data,
    )


def _can_go_back(data: object) -> bool:
    """Whether the platform's own text can be kept and signed as it came: NUL and half a character cannot."""
    if not isinstance(data, str) or len(data) > MAX_DEEP_LINK_DATA or "\0" in data:
        return False
    try:
        data.encode()
    except UnicodeEncodeError:
        return False
    return True

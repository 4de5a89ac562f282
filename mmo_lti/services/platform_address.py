"""Addresses of platforms: what may be stored as one, and which origin it has."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import urlsplit

MAX_ADDRESS = 1000

_TRANSLATED = ipaddress.IPv6Network("64:ff9b::/96")
_GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")
"""Nothing else is given out (RFC 4291, 2.4): no site-local, IPv4-compatible, locally translated addresses."""
_NOT_OF_THE_INTERNET = tuple(
    ipaddress.ip_network(network) for network in ("2001::/32", "3fff::/20", "192.0.0.0/24", "192.88.99.0/24")
)
"""What some version of Python takes for global: Teredo, examples, protocols' own, relays of 6to4."""

_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_HOST = rf"(?:{_LABEL}(?:\.{_LABEL})*|\[[0-9A-Fa-f:.]+\])"
_NETLOC = re.compile(rf"{_HOST}(?::[0-9]{{1,5}})?\Z")
_ORIGIN = re.compile(rf"https?://{_HOST}(?::[0-9]{{1,5}})?\Z")


class BadAddress(ValueError):
    """Not an address that a platform may have; `args[0]` says why in a word for the log."""


def platform_origin(url: str, loopback_hosts: frozenset[str] = frozenset()) -> str:
    """The origin of a platform's address.

    It must be https (plain http only for a host that the operator listed), without credentials, fragment,
    white space or backslash; its host is a name of letters, digits and hyphens (RFC 1123, 2.1) or an address.
    The origin goes into headers, where `*` and `;` would mean more than a host. Raises `BadAddress`.
    """
    if len(url) > MAX_ADDRESS or not url.isascii() or not url.isprintable() or " " in url or "\\" in url:
        raise BadAddress("characters")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise BadAddress("form") from None
    if not host or parts.fragment or not _NETLOC.match(parts.netloc) or not _is_host(host):
        raise BadAddress("form")
    listed = is_listed(host, port, loopback_hosts)
    if parts.scheme != "https" and not (parts.scheme == "http" and listed):
        raise BadAddress("scheme")
    if not listed and _is_private_literal(host):
        raise BadAddress("private")
    return origin(parts.scheme, host, port)


def normal_issuer(url: str, loopback_hosts: frozenset[str] = frozenset()) -> str:
    """An issuer as Moodle writes its own (`wwwroot`): small letters, no usual port, final slash or query.

    Launches name their issuer in these very signs, so a spelling beside it would let nobody in.
    Raises `BadAddress` for what is no platform's address.
    """
    return platform_origin(url, loopback_hosts) + urlsplit(url).path.rstrip("/")


def origin(scheme: str, host: str, port: int | None) -> str:
    """`scheme://host[:port]`, without the scheme's own port."""
    name = f"[{host}]" if ":" in host else host
    if port is None or port == {"https": 443, "http": 80}.get(scheme):
        return f"{scheme}://{name}"
    return f"{scheme}://{name}:{port}"


def is_plain_origin(text: str) -> bool:
    """Whether a text is an origin and nothing more: safe to stand in a header."""
    return bool(_ORIGIN.match(text))


def is_listed(host: str, port: int | None, loopback_hosts: frozenset[str]) -> bool:
    """Whether the operator listed the host, with this port or with any."""
    return host in loopback_hosts or f"{host}:{port}" in loopback_hosts


def is_public(address: str) -> bool:
    """Whether an IP address is one of the internet: not private, loopback, link-local or multicast.

    An IPv6 address that leads on to an IPv4 one is judged by that one.
    """
    found = ipaddress.ip_address(address)
    if isinstance(found, ipaddress.IPv6Address):
        found = _leads_to(found)
    if isinstance(found, ipaddress.IPv6Address) and found not in _GLOBAL_UNICAST:
        return False
    listed = any(found in network for network in _NOT_OF_THE_INTERNET)
    return found.is_global and not found.is_multicast and not listed


def _is_host(host: str) -> bool:
    """Whether what stands in brackets is an address; a name has been looked at already."""
    if ":" not in host:
        return len(host) <= 253
    try:
        ipaddress.IPv6Address(host)
    except ValueError:
        return False
    return True


def _leads_to(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    """The IPv4 address to which systems, translators (RFC 6052) and 6to4 routers hand on, or itself."""
    if address.ipv4_mapped:
        return address.ipv4_mapped
    if address in _TRANSLATED:
        return ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.sixtofour or address


def _is_private_literal(host: str) -> bool:
    try:
        return not is_public(host)
    except ValueError:
        return False

"""Secrets at rest: encrypted with a key made from the installation's own secret."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken


class Unreadable(ValueError):
    """A sealed text does not open: it was sealed with another `MMO_SECRET`, or changed."""


def seal(secret: str, text: str) -> str:
    """Encrypt `text` with a key derived from the installation's `secret`."""
    return _cipher(secret).encrypt(text.encode()).decode()


def unseal(secret: str, sealed: str) -> str:
    """The text of `seal`; raises `Unreadable`."""
    try:
        return _cipher(secret).decrypt(sealed.encode()).decode()
    except InvalidToken:
        raise Unreadable from None


def fresh_secret(size: int = 32) -> str:
    """A random secret for an address or a cookie: `size` bytes of the system's generator, URL-safe."""
    return secrets.token_urlsafe(size)


def digest_of(secret: str) -> str:
    """What is kept of a secret that somebody else holds.

    A plain hash is enough where the secret has 128 bits or more: nobody can try them all.
    """
    return hashlib.sha256(secret.encode()).hexdigest()


def mark(secret: str, text: str) -> str:
    """What shows that we made `text`, 96 bits of it: nobody else's text costs a look into any store."""
    return hmac.digest(secret.encode(), b"mark " + text.encode(), "sha256").hex()[:24]


def same(one: str, other: str) -> bool:
    """Compare two secrets in constant time."""
    return hmac.compare_digest(one.encode(errors="surrogatepass"), other.encode(errors="surrogatepass"))


@lru_cache(maxsize=4)
def _cipher(secret: str) -> Fernet:
    key = hmac.new(secret.encode(), b"mmo sealed at rest", hashlib.sha256).digest()
    return Fernet(base64.urlsafe_b64encode(key))

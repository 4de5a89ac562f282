"""What a person may have told the browser about cookies."""

from __future__ import annotations

from enum import StrEnum


class Cookies(StrEnum):
    """What the browser does with cookies of a page in another site's frame."""

    ALLOWED = "allowed"
    THIRD_PARTY_BLOCKED = "third-party blocked"
    """Partitioned ones are kept, as the browser promises."""
    NONE_IN_FRAMES = "none in frames"
    """As older browsers without partitioned cookies do: no cookie of a frame at all."""

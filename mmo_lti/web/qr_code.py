"""QR codes as pictures inside a page: nothing is fetched, and they stay sharp on a projector and on paper."""

from __future__ import annotations

import segno
from markupsafe import Markup

QUIET_ZONE = 4
"""Modules of white around it (ISO/IEC 18004, 6.3.8)."""


def qr_code(address: str) -> Markup:
    """An SVG of the address; the page names it, since a picture of squares says nothing."""
    code = segno.make(address, error="m", micro=False)
    return Markup(code.svg_inline(omitsize=True, border=QUIET_ZONE, dark="#000", light="#fff"))  # noqa: S704

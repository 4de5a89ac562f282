"""QR codes of addresses (ISO/IEC 18004): the same picture for a page, a PDF and a word processor."""

from __future__ import annotations

import io

import segno

QUIET_ZONE = 4
"""Modules of white around it (6.3.8 of the standard)."""
DOTS = 8
"""Dots of a module in the picture that has dots."""


def qr_svg(address: str) -> str:
    """As SVG without a size of its own: sharp on a projector and on paper."""
    out = io.BytesIO()
    _code(address).save(
        out, kind="svg", xmldecl=False, omitsize=True, nl=False, border=QUIET_ZONE, dark="#000", light="#fff"
    )
    return out.getvalue().decode()


def qr_png(address: str) -> bytes:
    """As PNG, for what knows no SVG."""
    out = io.BytesIO()
    _code(address).save(out, kind="png", scale=DOTS, border=QUIET_ZONE)
    return out.getvalue()


def _code(address: str) -> segno.QRCode:
    return segno.make_qr(address, error="m")

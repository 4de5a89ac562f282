"""Scans that are pictures: JPEG and PNG."""

from __future__ import annotations

import warnings
import zipfile
from typing import BinaryIO

from PIL import Image, UnidentifiedImageError

from mmo_lti.files.kind import Kind
from mmo_lti.files.refusal import FileRefused

# A3 at 600 dots an inch is 70 million.
MAX_PIXELS = 100_000_000

_FORMATS = {Kind.JPEG: ("JPEG",), Kind.PNG: ("PNG",)}


def inspect_image(stream: BinaryIO, kind: Kind) -> tuple[int, tuple[str, ...]]:
    """One page, and no warnings so far. Decodes the whole picture: what is cut short is refused."""
    if zipfile.is_zipfile(stream):
        raise FileRefused("trailing_bytes")
    stream.seek(0)
    try:
        with warnings.catch_warnings():
            # Pillow warns where it suspects a bomb; our own limit below decides.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(stream, formats=_FORMATS[kind]) as picture:
                if picture.width * picture.height > MAX_PIXELS:
                    raise FileRefused("too_many_pixels", limit=MAX_PIXELS)
                picture.load()
    except Image.DecompressionBombError as error:
        raise FileRefused("too_many_pixels", limit=MAX_PIXELS) from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise FileRefused("damaged") from error
    return 1, ()

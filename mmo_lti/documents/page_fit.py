"""Foreign pages put onto A4: a PDF of any size, a scan that is a picture."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Page, Pdf, Rectangle
from PIL import Image

A4 = (595.28, 841.89)  # points
_TOLERANCE = 6.0  # two millimetres: scanners differ
_DEFAULT_DPI = 150.0
_LOWEST_DPI = 72.0
_ORIENTATION = 0x0112  # EXIF
# Named by us: the library would make up a random name, and equal data would give different bytes.
_PLACED = Name("/Placed")
_LEFT_BEHIND = (Name.Annots, Name.AA, Name.Metadata, Name.StructParents, Name.Tabs, Name.PieceInfo)
_CANNOT = (
    pikepdf.PdfError,
    pikepdf.PasswordError,
    Image.DecompressionBombError,
    OSError,
    SyntaxError,
    ValueError,
    RuntimeError,
)

# How the unit square of a picture lies on the page for each EXIF orientation: axes as multiples of the
# picture's width and height on the page, and the corner it starts from.
_TURNS = {
    1: (1, 0, 0, 1, 0, 0),
    2: (-1, 0, 0, 1, 1, 0),
    3: (-1, 0, 0, -1, 1, 1),
    4: (1, 0, 0, -1, 0, 1),
    5: (0, -1, -1, 0, 1, 1),
    6: (0, -1, 1, 0, 0, 1),
    7: (0, 1, 1, 0, 0, 0),
    8: (0, 1, -1, 0, 1, 0),
}


class UnfitError(ValueError):
    """A file can't be put onto pages: encrypted, damaged, or of another format."""


def fitted(content: bytes) -> Pdf:
    """The pages of a PDF, JPEG or PNG as a PDF of A4 pages, upright; raises `UnfitError`."""
    try:
        if content.startswith(b"%PDF-"):
            return _fit_pdf(content)
        if content.startswith((b"\xff\xd8\xff", b"\x89PNG")):
            return _fit_picture(content)
    except _CANNOT as error:
        raise UnfitError from error
    raise UnfitError


def _fit_pdf(content: bytes) -> Pdf:
    target = Pdf.new()
    # Not closed here: the pages taken over read from it until they are saved.
    source = Pdf.open(io.BytesIO(content), suppress_warnings=True)
    if source.is_encrypted:
        raise UnfitError
    # What was stamped or filled in is part of the page; links and actions are not carried along.
    source.generate_appearance_streams()
    source.flatten_annotations("all")
    for page in source.pages:
        for key in _LEFT_BEHIND:
            if key in page:
                del page[key]
        _append(target, page)
    if not target.pages:
        raise UnfitError
    return target


def _append(target: Pdf, page: Page) -> None:
    """As it is, if it is upright and not larger than A4; else drawn onto a new A4 page."""
    width, height = _shown_size(page)
    fits = min(width, height) <= A4[0] + _TOLERANCE and max(width, height) <= A4[1] + _TOLERANCE
    plain = not int(page.obj.get(Name.Rotate, 0)) % 360 and Name.UserUnit not in page
    if fits and plain:
        target.pages.append(page)
        return
    sheet = _sheet(width, height)
    target.add_blank_page(page_size=sheet)
    drawn = target.copy_foreign(page.as_form_xobject())
    placed = target.pages[-1]
    placed.add_resource(drawn, Name.XObject, _PLACED)
    whole = Rectangle(0, 0, *sheet)
    placed.contents_add(placed.calc_form_xobject_placement(drawn, _PLACED, whole, allow_expand=False))


def _shown_size(page: Page) -> tuple[float, float]:
    left, bottom, right, top = (float(edge) for edge in page.cropbox)
    unit = float(page.obj.get(Name.UserUnit, 1))
    width, height = abs(right - left) * unit, abs(top - bottom) * unit
    return (height, width) if int(page.obj.get(Name.Rotate, 0)) % 180 else (width, height)


def _sheet(width: float, height: float) -> tuple[float, float]:
    return (A4[1], A4[0]) if width > height else A4


def _fit_picture(content: bytes) -> Pdf:
    with warnings.catch_warnings():
        # Sizes were checked when the scan was taken in.
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        picture = Image.open(io.BytesIO(content), formats=("JPEG", "PNG"))
    with picture:
        turn = int(picture.getexif().get(_ORIENTATION, 1))
        turn = turn if turn in _TURNS else 1
        size = _natural_size(picture)
        width, height = (size[1], size[0]) if turn >= 5 else size
        sheet = _sheet(width, height)
        scale = min(1.0, sheet[0] / width, sheet[1] / height)
        width, height = width * scale, height * scale
        target = Pdf.new()
        target.add_blank_page(page_size=sheet)
        page = target.pages[-1]
        page.add_resource(_image_object(target, picture, content), Name.XObject, _PLACED)
        left, bottom = (sheet[0] - width) / 2, (sheet[1] - height) / 2
        a, b, c, d, e, f = _TURNS[turn]
        matrix = (a * width, b * height, c * width, d * height, left + e * width, bottom + f * height)
        numbers = " ".join(f"{number:.3f}" for number in matrix)
        page.contents_add(f"q {numbers} cm {_PLACED} Do Q".encode("ascii"))
        page.contents_coalesce()
    return target


def _natural_size(picture: Image.Image) -> tuple[float, float]:
    """In points, by the dots an inch that the scanner wrote; phones write 72 or nothing: then 150."""
    dpi = picture.info.get("dpi", (_DEFAULT_DPI, _DEFAULT_DPI))
    dots = [float(value) if float(value) > _LOWEST_DPI else _DEFAULT_DPI for value in dpi]
    return picture.width / dots[0] * 72, picture.height / dots[1] * 72


def _image_object(target: Pdf, picture: Image.Image, content: bytes) -> Any:
    """A JPEG goes in as it is, without recoding; a PNG as its dots."""
    if picture.format in ("JPEG", "MPO"):
        spaces = {"L": Name.DeviceGray, "RGB": Name.DeviceRGB, "CMYK": Name.DeviceCMYK}
        if picture.mode not in spaces:
            raise UnfitError
        entries = dict(_entries(picture.width, picture.height, spaces[picture.mode], 8))
        if picture.mode == "CMYK" and "adobe" in picture.info:
            entries["/Decode"] = Array([1, 0] * 4)  # Adobe writes CMYK inverted
        return pikepdf.Stream(target, content, Dictionary(entries | {"/Filter": Name.DCTDecode}))
    plain = _on_white(picture)
    space = Name.DeviceRGB if plain.mode == "RGB" else Name.DeviceGray
    bits = 1 if plain.mode == "1" else 8
    return pikepdf.Stream(target, plain.tobytes(), Dictionary(dict(_entries(*plain.size, space, bits))))


def _entries(width: int, height: int, space: Name, bits: int) -> Iterator[tuple[str, Any]]:
    yield "/Type", Name.XObject
    yield "/Subtype", Name.Image
    yield "/Width", width
    yield "/Height", height
    yield "/ColorSpace", space
    yield "/BitsPerComponent", bits


def _on_white(picture: Image.Image) -> Image.Image:
    if picture.mode in ("1", "L", "RGB") and "transparency" not in picture.info:
        picture.load()
        return picture
    if picture.mode.startswith("I"):
        return picture.point(lambda value: value / 256).convert("L")
    layered = picture.convert("RGBA")
    white = Image.new("RGBA", layered.size, "white")
    return Image.alpha_composite(white, layered).convert("RGB")

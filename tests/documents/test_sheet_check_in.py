"""The registration sheet shows where to check in by phone, in both forms, and stays an archival PDF."""

import io

import docx
import pikepdf
import segno
from pikepdf import Name
from PIL import Image

from mmo_lti.documents import attendance_sheet
from mmo_lti.documents.folder import FORMS
from tests.documents import examples
from tests.documents.docx_text import text_of as docx_text
from tests.documents.pdf_text import text_of
from tests.documents.pdfa import assert_pdfa_2a

ADDRESS = "https://mmo.example/go/Zl3mQ0r8aPq7Xw2k"
ALT = "QR-код: адрес, по которому отмечаются на заседании"
TOLD = "Члены ММО могут отметиться с телефона"


def sheet(address: str = ADDRESS):
    return examples.attendance_sheet(check_in=address)


def alternatives(data: bytes) -> list[str]:
    """What is read aloud instead of pictures."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        return [
            str(one.Alt) for one in pdf.objects if isinstance(one, pikepdf.Dictionary) and Name.Alt in one
        ]


def test_the_pdf_with_a_qr_code_is_pdf_a_and_says_what_it_is():
    data = attendance_sheet.render_pdf(sheet())
    assert_pdfa_2a(data)
    assert alternatives(data) == [ALT]
    assert TOLD in text_of(data)
    assert attendance_sheet.render_pdf(sheet()) == data
    assert attendance_sheet.render_pdf(sheet(ADDRESS + "x")) != data


def test_without_an_address_nothing_is_said_of_it():
    assert alternatives(attendance_sheet.render_pdf(sheet(""))) == []
    for text in (
        text_of(attendance_sheet.render_pdf(sheet(""))),
        docx_text(attendance_sheet.render_docx(sheet(""))),
    ):
        assert "телефон" not in text


def test_the_docx_has_the_same_code_and_words_also_from_a_centres_own_template():
    own = (FORMS / "attendance_sheet.docx").read_bytes()
    made = attendance_sheet.render_docx(sheet())
    assert attendance_sheet.render_docx(sheet(), own) == made
    assert TOLD in docx_text(made)
    opened = docx.Document(io.BytesIO(made))
    assert opened.element.xpath(".//wp:docPr/@descr") == [ALT]
    (picture,) = (part.blob for part in opened.part.package.iter_parts() if part.content_type == "image/png")
    assert modules(picture) == [
        [bool(dark) for dark in row] for row in segno.make_qr(ADDRESS, error="m").matrix
    ]


def modules(picture: bytes) -> list[list[bool]]:
    """Dark squares within the quiet zone, each looked at in its middle."""
    image = Image.open(io.BytesIO(picture)).convert("L")
    middles = range(4 * 8 + 4, image.width - 4 * 8, 8)
    return [[image.getpixel((x, y)) < 128 for x in middles] for y in middles]

"""The report with its appendices: one file to read, and the same as separate files."""

import csv
import hashlib
import io
import zipfile

import pikepdf
import pytest
from pikepdf import Name
from PIL import Image, ImageDraw

from mmo_lti.documents import protocol, report
from mmo_lti.documents.page_fit import A4, UnfitError, fitted
from mmo_lti.documents.reading_copy import Attached, merge
from mmo_lti.documents.report import Appendix
from mmo_lti.documents.report_archive import write_archive
from tests.documents import examples
from tests.documents.pdf_text import pages_of
from tests.files import samples

DOCUMENT = examples.report()
TURNS = {
    2: "FLIP_LEFT_RIGHT",
    3: "ROTATE_180",
    4: "FLIP_TOP_BOTTOM",
    5: "TRANSPOSE",
    6: "ROTATE_90",
    7: "TRANSVERSE",
    8: "ROTATE_270",
}


@pytest.fixture(scope="module")
def own():
    return report.render_pdf(DOCUMENT)


def attached(number: str, title: str, content, file_name="скан.pdf") -> Attached:
    return Attached(entry=Appendix(number=number, title=title), file_name=file_name, content=content)


def photo(width=1200, height=1600, turn=1) -> bytes:
    """A white sheet with a dark upper left corner, as a phone stores it that was held that way."""
    picture = Image.new("RGB", (width, height), "white")
    ImageDraw.Draw(picture).rectangle((0, 0, width // 3, height // 3), fill="black")
    exif = Image.Exif()
    exif[0x0112] = turn
    if turn != 1:
        picture = picture.transpose(Image.Transpose[TURNS[turn]])
    out = io.BytesIO()
    picture.save(out, "JPEG", exif=exif)
    return out.getvalue()


def everything() -> list[Attached]:
    return [
        attached("1.1", "Протокол № 1", protocol.render_pdf(examples.protocol())),
        attached("1.2", "Протокол № 2", photo(), "скан.jpg"),
        attached("1.3", "Протокол № 3", samples.pdf(encryption=samples.USER_PASSWORD)),
        attached("2.1", "Тезисы: опыт/практика", samples.docx(), "Тезисы.DOCX"),
        attached("2.2", "=HYPERLINK(1)", b"%PDF-1.7 broken"),
    ]


def test_it_holds_the_report_the_inventory_and_each_appendix_after_its_title_sheet(own):
    copy = merge(DOCUMENT, own, everything())
    pages = _texts(copy.pdf)
    assert pages[0].startswith("Отчет о деятельности")
    at = next(number for number, page in enumerate(pages) if page.startswith("Опись приложений"))
    assert at == len(pages_of(own))
    assert pages[at + 1].strip() == "Приложение 1.1 Протокол № 1"
    assert "ПРОТОКОЛ" in pages[at + 2]
    assert copy.apart == ("1.3", "2.1", "2.2")


def test_what_can_t_be_merged_has_a_sheet_that_says_so(own):
    pages = _texts(merge(DOCUMENT, own, everything()).pdf)
    apart = [page for page in pages if "Файл приложен отдельно" in page]
    assert [page.split()[1] for page in apart] == ["1.3", "2.1", "2.2"]
    assert "«Тезисы.DOCX»" in apart[1].replace(" ", "")


def test_bookmarks_lead_to_each_part(own):
    with (
        pikepdf.open(io.BytesIO(merge(DOCUMENT, own, everything()).pdf)) as pdf,
        pdf.open_outline() as outline,
    ):
        titles = [item.title.replace("\u00a0", " ") for item in outline.root]
        pages = [pdf.pages.index(pikepdf.Page(item.destination[0])) for item in outline.root]
    assert titles == [
        "Отчёт",
        "Опись приложений",
        "Приложение 1.1. Протокол № 1",
        "Приложение 1.2. Протокол № 2",
        "Приложение 1.3. Протокол № 3",
        "Приложение 2.1. Тезисы: опыт/практика",
        "Приложение 2.2. =HYPERLINK(1)",
    ]
    assert pages == sorted(pages)
    assert len(set(pages)) == 7


def test_it_says_that_it_is_not_the_archival_document(own):
    data = merge(DOCUMENT, own, everything()).pdf
    with pikepdf.open(io.BytesIO(data)) as pdf, pdf.open_metadata() as metadata:
        assert "Экземпляр для чтения" in metadata["dc:description"]
        assert "pdfaid:part" not in metadata
        assert Name.StructTreeRoot not in pdf.Root
        assert not pdf.is_encrypted
        assert str(pdf.Root.Lang) == "ru-RU"


def test_equal_data_give_equal_bytes(own):
    assert merge(DOCUMENT, own, everything()).pdf == merge(DOCUMENT, own, everything()).pdf


def test_a_report_without_appendices(own):
    copy = merge(DOCUMENT, own, [])
    assert copy.apart == ()
    assert len(_texts(copy.pdf)) == len(pages_of(own)) + 1


def test_a_file_may_lie_on_disk(own, tmp_path):
    path = tmp_path / "scan"
    path.write_bytes(photo())
    assert merge(DOCUMENT, own, [attached("1.1", "Протокол", path)]).apart == ()


def sizes(pdf) -> list[tuple[int, int]]:
    return [(round(float(page.mediabox[2])), round(float(page.mediabox[3]))) for page in pdf.pages]


def wide(document):
    document.pages[0].mediabox = [0, 0, 2384, 1684]


def turned(document):
    document.pages[0].Rotate = 90


PORTRAIT, LANDSCAPE = (round(A4[0]), round(A4[1])), (round(A4[1]), round(A4[0]))


def test_large_pages_are_reduced_and_turned_ones_put_upright():
    assert sizes(fitted(samples.pdf(pages=2))) == [(595, 842)] * 2
    assert sizes(fitted(samples.pdf(change=wide))) == [LANDSCAPE]
    upright = fitted(samples.pdf(change=turned))
    assert sizes(upright) == [LANDSCAPE]
    assert Name.Rotate not in upright.pages[0]


def test_scripts_and_links_of_an_appendix_are_left_behind():
    for change in (samples.hidden_script, samples.launch, samples.web_link):
        pdf = fitted(samples.pdf(change=change))
        page = pdf.pages[0]
        assert Name.Annots not in page
        assert Name.AA not in page


@pytest.mark.parametrize("turn", range(1, 9))
def test_a_photo_is_straightened_without_recoding(turn):
    data = photo(turn=turn)
    pdf = fitted(data)
    assert sizes(pdf) == [PORTRAIT]
    page = pdf.pages[0]
    assert page.Resources.XObject.Placed.read_raw_bytes() == data
    a, b, c, d, e, f = (float(number) for number in page.Contents.read_bytes().split()[1:7])
    # Where the stored picture's corner of the black square comes to lie on the page: up and to the left.
    u, v = {1: (0, 1), 2: (1, 1), 3: (1, 0), 4: (0, 0), 5: (0, 1), 6: (0, 0), 7: (1, 0), 8: (1, 1)}[turn]
    assert a * u + c * v + e < A4[0] / 2
    assert b * u + d * v + f > A4[1] / 2


def test_a_small_picture_is_not_blown_up():
    pdf = fitted(samples.picture("PNG", size=(300, 150), dpi=(150, 150)))
    a = float(pdf.pages[0].Contents.read_bytes().split()[1])
    assert a == pytest.approx(144, abs=0.1)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
def test_every_kind_of_png(mode):
    out = io.BytesIO()
    Image.new(mode, (80, 60)).save(out, "PNG")
    assert len(fitted(out.getvalue()).pages) == 1


@pytest.mark.parametrize(
    "data",
    [b"", b"%PDF-1.7", b"\xff\xd8\xff junk", samples.docx(), samples.pdf(encryption=samples.OWNER_ONLY)],
)
def test_what_does_not_fit(data):
    with pytest.raises(UnfitError):
        fitted(data)


def archive(own, files) -> zipfile.ZipFile:
    out = io.BytesIO()
    write_archive(out, DOCUMENT, own, files)
    return zipfile.ZipFile(out)


def test_the_zip_holds_every_file_unchanged_and_the_inventory(own):
    files = everything()
    made = archive(own, files)
    assert made.namelist() == [
        "Отчёт.pdf",
        "Приложение 1.1 Протокол № 1.pdf",
        "Приложение 1.2 Протокол № 2.jpg",
        "Приложение 1.3 Протокол № 3.pdf",
        "Приложение 2.1 Тезисы опыт практика.docx",
        "Приложение 2.2 =HYPERLINK(1).pdf",
        "опись.csv",
    ]
    assert made.read("Отчёт.pdf") == own
    assert [made.read(name) for name in made.namelist()[1:-1]] == [one.content for one in files]
    rows = list(csv.reader(io.StringIO(made.read("опись.csv").decode("utf-8-sig")), delimiter=";"))
    assert rows[0] == ["№", "Документ", "Дата", "Листов", "Состояние", "Файл", "SHA-256"]
    assert [row[6] for row in rows[1:]] == [hashlib.sha256(one.content).hexdigest() for one in files]
    assert rows[5][1] == "'=HYPERLINK(1)", "a spreadsheet must not take a title for a formula"


def test_two_appendices_of_one_name_get_two_files(own):
    same = [attached("1.1", "Протокол", b"a"), attached("1.1", "протокол", b"b")]
    assert archive(own, same).namelist()[1:3] == [
        "Приложение 1.1 Протокол.pdf",
        "Приложение 1.1 протокол (2).pdf",
    ]


def test_a_title_can_t_climb_out_of_the_zip(own):
    names = archive(own, [attached("1.1", "../../etc/\u202epasswd\x00", b"a", "../x.pdf/../..")]).namelist()
    assert all("/" not in name and ".." not in name.removesuffix(".pdf") for name in names), names


def test_equal_data_give_an_equal_zip(own):
    one, two, files = io.BytesIO(), io.BytesIO(), everything()
    write_archive(one, DOCUMENT, own, files)
    write_archive(two, DOCUMENT, own, files)
    assert one.getvalue() == two.getvalue()


def _texts(data: bytes) -> list[str]:
    """Page by page; pictures and blank pages have no font."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        texts = []
        for number, page in enumerate(pdf.pages):
            single = pikepdf.Pdf.new()
            single.pages.append(page)
            out = io.BytesIO()
            single.save(out)
            has_font = Name.Font in page.get(Name.Resources, {})
            texts.append(
                " ".join(pages_of(out.getvalue())[0].replace("\u00a0", " ").split())
                if has_font
                else f"({number})"
            )
        return texts

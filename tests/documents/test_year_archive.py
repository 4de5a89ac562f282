"""All documents of a year in one ZIP, and the inventory of what is in it."""

import csv
import hashlib
import io
import zipfile
from datetime import date
from functools import partial

from mmo_lti.documents import inventory
from mmo_lti.documents.inventory import Absence, FiledPaper, Group, Inventory
from mmo_lti.documents.year_archive import Packed, write_year
from tests.documents import examples
from tests.documents.pdf_text import text_of
from tests.documents.pdfa import assert_pdfa_2a

UTF8_NAME = 0x800
SCAN = b"%PDF a scan" * 1000


def listed(*papers: FiledPaper) -> Inventory:
    return Inventory(
        institution=examples.INSTITUTION,
        association="учителей математики",
        year=examples.YEAR,
        papers=papers,
        compiled_by=examples.SECRETARY,
        compiled_on=date(2027, 7, 1),
        as_of=examples.AS_OF,
    )


def packed(title: str, content: bytes | None, *, claimed: bytes | None = None, number: int = 1) -> Packed:
    def lost() -> io.BytesIO:
        raise FileNotFoundError

    paper = FiledPaper(
        document=number,
        group=Group.PROTOCOL,
        title=title,
        day=date(2026, 10, 12),
        registered=str(number),
        sheets=2,
        sha256=hashlib.sha256(claimed or content or b"").hexdigest(),
        kept_until=date(2030, 12, 31),
    )
    opened = lost if content is None else partial(io.BytesIO, content)
    return Packed(paper=paper, name=title, suffix=".pdf", size=len(content or b""), opened=opened)


def written(*papers: Packed) -> tuple[zipfile.ZipFile, Inventory]:
    out = io.BytesIO()
    told = write_year(out, listed(), papers)
    return zipfile.ZipFile(out), told


def rows_of(made: zipfile.ZipFile) -> list[dict[str, str]]:
    text = made.read("опись.csv").decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))


def test_each_file_lies_unchanged_in_the_folder_of_its_kind():
    made, _told = written(packed("Протокол № 1", SCAN))
    assert made.namelist() == ["5 Протоколы/Протокол № 1.pdf", "Опись.pdf", "опись.csv"]
    assert made.read("5 Протоколы/Протокол № 1.pdf") == SCAN
    assert made.testzip() is None


def test_russian_names_carry_the_mark_of_utf8_and_sizes_stand_before_the_bytes():
    """Windows takes other names for those of its own code page, and some unpackers read from the front."""
    made, _told = written(packed("Протокол № 1", SCAN))
    for member in made.infolist():
        assert member.flag_bits & UTF8_NAME
        assert not member.flag_bits & 0x8, "no sizes after the bytes"


def test_the_inventory_names_each_file_with_its_hash_and_term():
    made, _told = written(packed("Протокол № 1", SCAN), packed("=Протокол", b"2", number=2))
    first, second = rows_of(made)
    assert first["SHA-256"] == hashlib.sha256(SCAN).hexdigest()
    assert first["Файл"] == "5 Протоколы/Протокол № 1.pdf"
    assert first["Хранить по"] == "31.12.2030"
    assert (first["Дата"], first["Рег. №"], first["Листов"]) == ("12.10.2026", "1", "2")
    assert second["Заголовок"] == "'=Протокол", "no formula"


def test_a_lost_or_changed_file_is_told_and_the_rest_is_there():
    made, told = written(
        packed("Протокол № 1", None),
        packed("Протокол № 2", b"other", claimed=b"filed", number=2),
        packed("Протокол № 3", SCAN, number=3),
    )
    assert [paper.absence for paper in told.papers] == [Absence.LOST, Absence.CHANGED, None]
    assert "5 Протоколы/Протокол № 1.pdf" not in made.namelist()
    lost, changed, _whole = rows_of(made)
    assert lost["Файл"] == "файла нет в хранилище"
    assert changed["Файл"] == "5 Протоколы/Протокол № 2.pdf – не совпадает с принятым на хранение"
    assert changed["SHA-256"] == hashlib.sha256(b"other").hexdigest(), "of what lies in the archive"


def test_files_of_one_name_are_both_there():
    made, _told = written(packed("Протокол", b"1"), packed("протокол", b"2"))
    assert made.namelist()[:2] == ["5 Протоколы/Протокол.pdf", "5 Протоколы/протокол (2).pdf"]


def test_equal_data_give_an_equal_archive():
    one, two = io.BytesIO(), io.BytesIO()
    for out in (one, two):
        write_year(out, listed(), [packed("Протокол № 1", SCAN)])
    assert one.getvalue() == two.getvalue()


def test_the_inventory_is_an_archival_paper_with_its_total_in_words():
    papers = [
        FiledPaper(
            document=number,
            group=Group.PROTOCOL,
            title=f"Протокол № {number}",
            file=f"5 Протоколы/Протокол № {number}.pdf",
            sha256="0123456789abcdef" * 4,
        )
        for number in range(1, 49)
    ]
    data = inventory.render_pdf(listed(*papers, papers[-1]))
    assert_pdfa_2a(data)
    text = text_of(data)
    assert "ОПИСЬ документов муниципального методического объединения учителей математики" in text
    assert "за 2026/2027 уч. год" in text
    assert "Итого: 48 (сорок восемь) документов, 49 (сорок девять) файлов." in text
    assert "М.-А. И. Петрова-Водкина" in text

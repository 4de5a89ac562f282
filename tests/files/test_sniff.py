"""A file is what it holds, not what it is called."""

import io
import zipfile

import pytest

from mmo_lti.confined import OutOfLimitsError
from mmo_lti.files.kind import SCANS, Kind, check_name, kind_by_head
from mmo_lti.files.refusal import FileRefused
from mmo_lti.files.sniff import Sniffed, inspect, sniff
from tests.files import samples


def look(data: bytes) -> Sniffed:
    """What the child does, without a child."""
    return inspect(io.BytesIO(data), kind_by_head(data[:8]))


def refusal(data: bytes) -> str:
    with pytest.raises(FileRefused) as refused:
        look(data)
    return refused.value.code


def test_plain_files_are_taken():
    assert look(samples.pdf(pages=3)) == Sniffed(Kind.PDF, 3)
    assert look(samples.picture("JPEG")) == Sniffed(Kind.JPEG, 1)
    assert look(samples.picture("PNG")) == Sniffed(Kind.PNG, 1)
    assert look(samples.docx()) == Sniffed(Kind.DOCX, None)


def test_a_link_to_the_web_is_no_reason_to_refuse_a_pdf():
    assert look(samples.pdf(change=samples.web_link)).pages == 1


@pytest.mark.parametrize(
    ("head", "code"),
    [
        (b"", "empty"),
        (b"MZ\x90\x00", "type_unknown"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old_word"),
        (b"<html>", "type_unknown"),
    ],
)
def test_what_is_none_of_ours_is_told_by_its_head(head, code):
    with pytest.raises(FileRefused) as refused:
        kind_by_head(head)
    assert refused.value.code == code


@pytest.mark.parametrize("name", ["протокол.pdf", "ПРОТОКОЛ.PDF", "протокол", "протокол.от.12.10.pdf"])
def test_a_name_that_agrees(name):
    check_name(name, Kind.PDF)


@pytest.mark.parametrize(
    ("name", "says"), [("протокол.docx", "docx"), ("скан.jpg", "jpg"), ("протокол.pdf.exe", "exe")]
)
def test_a_name_that_says_another_kind(name, says):
    with pytest.raises(FileRefused) as refused:
        check_name(name, Kind.PDF)
    assert (refused.value.code, refused.value.params) == (
        "name_mismatch",
        {"name_says": says, "content": "pdf"},
    )


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (samples.script_on_opening, "scripts"),
        (samples.hidden_script, "scripts"),
        (samples.form_with_xfa, "scripts"),
        (samples.launch, "launch"),
        (samples.embedded_file, "embedded"),
    ],
)
@pytest.mark.parametrize("packed", [False, True])
def test_a_pdf_that_does_things(change, code, packed):
    import pikepdf

    mode = pikepdf.ObjectStreamMode.generate if packed else pikepdf.ObjectStreamMode.disable
    assert refusal(samples.pdf(change=change, object_stream_mode=mode)) == code


def test_a_script_whose_name_is_spelled_in_hexadecimal():
    data = samples.pdf(change=samples.script_on_opening)
    assert refusal(data.replace(b"/JavaScript", b"/J#61v#61Script").replace(b"/JS", b"/#4AS")) == "scripts"


def test_encryption():
    assert refusal(samples.pdf(encryption=samples.USER_PASSWORD)) == "encrypted"
    assert look(samples.pdf(encryption=samples.OWNER_ONLY)).warnings == ("owner_password",)


def test_something_glued_behind_a_pdf():
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("a.exe", b"MZ")
    assert refusal(samples.pdf() + archive.getvalue()) == "trailing_bytes"
    assert look(samples.pdf() + b"\r\n\x00\x00\x1a").pages == 1


def test_a_pdf_cut_short_or_made_of_nothing():
    whole = samples.pdf(pages=5)
    assert refusal(whole[: len(whole) // 2]) == "damaged"
    assert refusal(b"%PDF-1.7\nhello\n%%EOF\n") == "damaged"


def test_a_pdf_with_a_broken_table_of_objects_is_taken_and_said_to_be_repaired():
    broken = samples.pdf().replace(b"startxref\n", b"startxref\n9")
    assert look(broken) == Sniffed(Kind.PDF, 1, ("repaired",))


def test_a_picture_cut_short():
    whole = samples.picture("JPEG", size=(400, 400))
    assert refusal(whole[: len(whole) // 2]) == "damaged"
    assert refusal(samples.picture("PNG")[:-40]) == "damaged"


def test_a_picture_with_an_archive_behind_it():
    assert refusal(samples.picture("JPEG") + samples.docx()) == "trailing_bytes"


def test_a_picture_of_too_many_pixels():
    out = io.BytesIO()
    from PIL import Image

    Image.new("1", (20_000, 20_000)).save(out, "PNG")
    assert refusal(out.getvalue()) == "too_many_pixels"


def test_a_docx_with_macros():
    assert refusal(samples.with_members(samples.docx(), word__vbaProject_bin=b"x")) == "macro"
    types = (b"wordprocessingml.document.main+xml", b"wordprocessingml.document.main+xml")
    macro = b"application/vnd.ms-word.document.macroEnabled.main+xml"
    main = b"application/vnd.openxmlformats-officedocument." + types[0]
    assert refusal(samples.replaced(samples.docx(), "[Content_Types].xml", main, macro)) == "macro"


def test_a_docx_with_other_files_inside():
    assert refusal(samples.with_members(samples.docx(), word__embeddings__a_bin=b"x")) == "embedded"
    assert refusal(samples.with_members(samples.docx(), word__run_bin=b"MZ")) == "embedded"
    assert (
        refusal(samples.with_relation(samples.docx(), "aFChunk", "afchunk.html", mode="Internal"))
        == "embedded"
    )


def test_a_docx_that_unpacks_without_end():
    assert refusal(samples.with_members(samples.docx(), word__filler_xml=b" " * 80 * 2**20)) == "bomb"
    assert refusal(samples.with_members(samples.docx(), word__filler_xml=b" " * 3 * 2**20)) == "bomb"


@pytest.mark.parametrize(
    ("kind", "target", "code"),
    [
        ("image", "https://example.org/x.png", "external"),
        ("attachedTemplate", "https://example.org/x.dotm", "external"),
        ("attachedTemplate", r"\\server\x.dotm", "external"),
        ("oleObject", "file:///C:/x.xlsx", "external"),
        ("frame", "https://example.org", "external"),
    ],
)
def test_a_docx_that_fetches_something(kind, target, code):
    assert refusal(samples.with_relation(samples.docx(), kind, target)) == code


@pytest.mark.parametrize(
    ("kind", "target", "warnings"),
    [
        ("hyperlink", "https://example.org", ()),
        ("hyperlink", "mailto:a@example.org", ()),
        ("hyperlink", "file:///C:/x.docx", ("file_links",)),
        ("attachedTemplate", "file:///C:\\Users\\a\\Normal.dotm", ("local_template",)),
    ],
)
def test_what_word_writes_by_itself_is_taken(kind, target, warnings):
    assert look(samples.with_relation(samples.docx(), kind, target)).warnings == warnings


def test_fields_that_start_programs_or_fetch():
    assert refusal(samples.with_field(samples.docx(), "DDE", "AUTO c:\\\\x.exe")) == "launch"
    assert (
        refusal(samples.with_field(samples.docx(), ' INCLUDEPICTURE "https://example.org/x" ')) == "external"
    )
    assert look(samples.with_field(samples.docx(), " PAGE ")).kind is Kind.DOCX


def test_entities_in_a_docx():
    doctype = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>'
    body = (
        b'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">&b;</w:document>'
    )
    assert refusal(samples.with_members(samples.docx(), word__document_xml=doctype + body)) == "damaged"


def test_archives_that_are_no_docx():
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("a.txt", "просто архив")
    assert refusal(archive.getvalue()) == "type_unknown"
    assert refusal(samples.docx() + b"tail") == "trailing_bytes"
    assert refusal(samples.docx()[:-300]) == "damaged"


def test_a_docx_with_a_member_that_climbs_out():
    assert refusal(samples.with_members(samples.docx(), **{"..__..__evil_xml": b"<a/>"})) == "damaged"


def test_in_a_child_process_the_answer_is_the_same():
    stream = io.BytesIO(samples.pdf(pages=2))
    assert sniff(stream, "протокол.pdf", allowed=SCANS) == Sniffed(Kind.PDF, 2)
    assert stream.tell() == 0
    with pytest.raises(FileRefused) as refused:
        sniff(io.BytesIO(samples.pdf(change=samples.launch)), "протокол.pdf")
    assert refused.value.code == "launch"


def test_a_kind_that_is_not_asked_for():
    with pytest.raises(FileRefused) as refused:
        sniff(io.BytesIO(samples.docx()), "скан.docx", allowed=SCANS)
    assert (refused.value.code, refused.value.params) == ("type_not_allowed", {"kind": "docx"})


@pytest.mark.parametrize(
    ("head", "code"),
    [(b"MZ\x90\x00", "scan_type_unknown"), (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "scan_old_word")],
)
def test_where_a_scan_is_asked_for_no_docx_is_offered(head, code):
    with pytest.raises(FileRefused) as refused:
        sniff(io.BytesIO(head), "скан.pdf", allowed=SCANS)
    assert refused.value.code == code


def test_a_pdf_that_unpacks_to_gigabytes_hits_the_limit_of_the_child():
    with pytest.raises(FileRefused) as refused:
        sniff(io.BytesIO(samples.object_stream_bomb()), "скан.pdf")
    assert refused.value.code == "damaged"  # qpdf survives the lack of memory and finds the object missing


def test_a_child_that_dies_is_a_bomb(monkeypatch):
    def died(*_args, **_kwargs):
        raise OutOfLimitsError

    monkeypatch.setattr("mmo_lti.files.sniff.run_confined", died)
    with pytest.raises(FileRefused) as refused:
        sniff(io.BytesIO(samples.pdf()), "скан.pdf")
    assert refused.value.code == "bomb"

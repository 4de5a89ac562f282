"""What can be checked of PDF/A-2a and PDF/UA-1 without a validator: the marks and parts that both demand."""

import io

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream

FORBIDDEN_KEYS = {"/JS", "/JavaScript", "/EmbeddedFiles", "/EF", "/AA", "/XFA", "/Launch"}
FORBIDDEN_ACTIONS = {"/JavaScript", "/Launch", "/ImportData", "/Movie", "/Sound", "/ResetForm"}


def assert_pdfa_2a(data: bytes) -> None:
    """Fail, naming what is missing or forbidden."""
    assert data.startswith(b"%PDF-1.7")
    with pikepdf.open(io.BytesIO(data)) as pdf:
        assert not pdf.is_encrypted
        root = pdf.Root
        with pdf.open_metadata() as metadata:
            assert metadata.get("pdfaid:part") == "2"
            assert metadata.get("pdfaid:conformance") == "A"
            assert metadata.get("pdfuaid:part") == "1"
            assert str(metadata.get("dc:title")) not in ("", "None")
        intent = root.OutputIntents[0]
        assert Name("/GTS_PDFA1") == intent.S
        assert len(intent.DestOutputProfile.read_bytes()) > 100
        assert root.StructTreeRoot.K is not None
        assert root.MarkInfo.Marked == True  # noqa: E712 - a PDF boolean
        assert str(root.Lang).lower().startswith("ru")
        assert root.ViewerPreferences.DisplayDocTitle == True  # noqa: E712
        assert not pdf.attachments
        fonts = _fonts(pdf)
        assert fonts, "no text at all"
        for font in fonts:
            _assert_embedded(font)
        for entries in _dictionaries(pdf):
            keys = set(entries.keys())
            assert not keys & FORBIDDEN_KEYS, keys
            assert str(entries.get(Name.S)) not in FORBIDDEN_ACTIONS or Name.Type in entries


def _fonts(pdf):
    return [
        entries
        for entries in _dictionaries(pdf)
        if entries.get(Name.Type) == Name.Font and Name.DescendantFonts in entries
    ]


def _assert_embedded(font):
    assert Name.ToUnicode in font, f"{font.BaseFont}: no ToUnicode"
    descriptor = font.DescendantFonts[0].FontDescriptor
    assert any(key in descriptor for key in (Name.FontFile, Name.FontFile2, Name.FontFile3)), (
        f"{font.BaseFont}: not embedded"
    )
    assert "Tinos" in str(font.BaseFont)


def _dictionaries(pdf):
    waiting = list(pdf.objects)
    while waiting:
        node = waiting.pop()
        if isinstance(node, Array):
            waiting += [child for child in node if not getattr(child, "is_indirect", False)]
        elif isinstance(node, Dictionary | Stream):
            yield node
            waiting += [child for _key, child in node.items() if not getattr(child, "is_indirect", False)]

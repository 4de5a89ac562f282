"""What is inside a DOCX: looked at as a list of members before anything is unpacked (ECMA-376, part 2)."""

from __future__ import annotations

import io
import re
import zipfile
from typing import BinaryIO

from lxml import etree

from mmo_lti.files.refusal import FileRefused

MAX_MEMBERS = 2000
MAX_TOTAL = 300 * 1024 * 1024
MAX_XML = 64 * 1024 * 1024
MAX_RATIO = 200
RATIO_MATTERS_FROM = 1024 * 1024
_END_RECORD_BYTES = 22

_MAIN_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_CONTENT_TYPES = "[Content_Types].xml"
_PLAIN_SUFFIXES = frozenset(
    "xml rels vml png jpg jpeg gif bmp tif tiff emf wmf svg wdp odttf ttf fntdata".split()  # noqa: SIM905
)
_WEB = ("http://", "https://", "mailto:", "tel:", "#")
_LOCAL_TEMPLATE = re.compile(r"(file:///)?[A-Za-z]:[\\/]|(file:///)?[^\\/:]+\.dot[mx]?$", re.IGNORECASE)
_FIELD_THAT_RUNS = re.compile(r"\bDDE(AUTO)?\b", re.IGNORECASE)
_FIELD_THAT_FETCHES = re.compile(r"\b(INCLUDETEXT|INCLUDEPICTURE)\b.*?(https?:|\\\\)", re.IGNORECASE)
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def inspect_docx(stream: BinaryIO) -> tuple[int | None, tuple[str, ...]]:
    """No number of pages (only a word processor knows it), and warnings: `local_template`, `file_links`."""
    _check_end(stream)
    try:
        with zipfile.ZipFile(stream) as archive:
            members = archive.infolist()
            _check_list(members)
            _check_types(archive)
            return None, _check_parts(archive, members)
    except FileRefused:
        raise
    except (zipfile.BadZipFile, NotImplementedError, KeyError, OSError, EOFError, ValueError) as error:
        raise FileRefused("damaged") from error
    except etree.XMLSyntaxError as error:
        raise FileRefused("damaged") from error


def _check_end(stream: BinaryIO) -> None:
    """A ZIP written by a word processor ends with its directory's end record, and with nothing behind it."""
    size = stream.seek(0, io.SEEK_END)
    stream.seek(max(0, size - _END_RECORD_BYTES))
    if not stream.read().startswith(b"PK\x05\x06"):
        stream.seek(0)
        raise FileRefused("trailing_bytes" if zipfile.is_zipfile(stream) else "damaged")
    stream.seek(0)


def _check_list(members: list[zipfile.ZipInfo]) -> None:
    if len(members) > MAX_MEMBERS or sum(member.file_size for member in members) > MAX_TOTAL:
        raise FileRefused("bomb")
    if min(member.header_offset for member in members) != 0:
        raise FileRefused("trailing_bytes")
    seen = set()
    for member in members:
        name = member.filename.replace("\\", "/").lower()
        if name in seen or name.startswith("/") or ".." in name.split("/"):
            raise FileRefused("damaged")
        seen.add(name)
        _check_member(member, name)


def _check_member(member: zipfile.ZipInfo, name: str) -> None:
    if member.flag_bits & 0x1:
        raise FileRefused("encrypted")
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise FileRefused("damaged")
    ratio = member.file_size / max(1, member.compress_size)
    if member.file_size > RATIO_MATTERS_FROM and ratio > MAX_RATIO:
        raise FileRefused("bomb")
    if name.endswith((".xml", ".rels")) and member.file_size > MAX_XML:
        raise FileRefused("bomb")


def _check_name(name: str) -> None:
    if "vbaproject" in name or "vbadata" in name:
        raise FileRefused("macro")
    if "/embeddings/" in name or "/activex/" in name:
        raise FileRefused("embedded")
    suffix = name.rpartition(".")[2]
    if not name.endswith("/") and suffix not in _PLAIN_SUFFIXES and "printersettings" not in name:
        raise FileRefused("embedded")


def _check_types(archive: zipfile.ZipFile) -> None:
    names = archive.namelist()
    if _CONTENT_TYPES not in names:
        raise FileRefused("type_unknown")
    types = [element.get("ContentType", "") for element in _xml(archive.read(_CONTENT_TYPES))]
    if any("macroenabled" in kind.lower() or "vba" in kind.lower() for kind in types):
        raise FileRefused("macro")
    if _MAIN_TYPE not in types:
        raise FileRefused("type_unknown")
    for name in names:
        _check_name(name.lower())


def _check_parts(archive: zipfile.ZipFile, members: list[zipfile.ZipInfo]) -> tuple[str, ...]:
    warnings: list[str] = []
    for member in members:
        if member.filename.lower().endswith(".rels"):
            for relation in _xml(archive.read(member)):
                warnings += _check_relation(relation)
        elif member.filename.startswith("word/") and member.filename.lower().endswith(".xml"):
            _check_fields(_xml(archive.read(member)))
    return tuple(dict.fromkeys(warnings))


def _check_relation(relation: etree._Element) -> list[str]:
    kind = relation.get("Type", "").rpartition("/")[2].lower()
    if kind == "afchunk":
        raise FileRefused("embedded")
    if relation.get("TargetMode", "").lower() != "external":
        return []
    target = relation.get("Target", "")
    if kind == "hyperlink":
        return [] if target.lower().startswith(_WEB) else ["file_links"]
    if kind == "attachedtemplate" and _LOCAL_TEMPLATE.match(target):
        # Word writes the path of the template on the author's own disk; nothing is fetched by it here.
        return ["local_template"]
    raise FileRefused("external")


def _check_fields(part: etree._Element) -> None:
    codes = "".join(element.text or "" for element in part.iter(f"{_WORD}instrText"))
    codes += " ".join(element.get(f"{_WORD}instr", "") for element in part.iter(f"{_WORD}fldSimple"))
    if _FIELD_THAT_RUNS.search(codes):
        raise FileRefused("launch")
    if _FIELD_THAT_FETCHES.search(codes):
        raise FileRefused("external")


def _xml(data: bytes) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    root = etree.fromstring(data, parser)
    if root.getroottree().docinfo.doctype:
        raise FileRefused("damaged")
    return root

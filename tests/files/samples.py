"""Files as people and attackers make them, built here so that nothing foreign is kept."""

import io
import zipfile
import zlib

import pikepdf
from docx import Document
from pikepdf import Array, Dictionary, Name, Pdf, String
from PIL import Image


def picture(kind="JPEG", size=(60, 80), **save) -> bytes:
    out = io.BytesIO()
    Image.effect_noise(size, 40).convert("RGB").save(out, kind, **save)
    return out.getvalue()


def pdf(pages=1, change=None, **save) -> bytes:
    document = Pdf.new()
    for _ in range(pages):
        document.add_blank_page(page_size=(595, 842))
    if change:
        change(document)
    out = io.BytesIO()
    document.save(out, **save)
    return out.getvalue()


def docx(text="Тезисы выступления") -> bytes:
    document = Document()
    document.add_paragraph(text)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def with_members(source: bytes, **members: bytes) -> bytes:
    """The ZIP with members added or replaced; `word__x_bin` stands for `word/x.bin`."""
    out = io.BytesIO()
    new = {
        name.replace("__", "/").replace("_bin", ".bin").replace("_xml", ".xml"): data
        for name, data in members.items()
    }
    with (
        zipfile.ZipFile(io.BytesIO(source)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        for name in old.namelist():
            if name not in new:
                archive.writestr(name, old.read(name))
        for name, data in new.items():
            archive.writestr(name, data)
    return out.getvalue()


def replaced(source: bytes, member: str, old: bytes, new: bytes) -> bytes:
    """The ZIP with `old` replaced by `new` in one member."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(source)) as before,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after,
    ):
        for name in before.namelist():
            data = before.read(name)
            if name == member:
                assert old in data
                data = data.replace(old, new, 1)
            after.writestr(name, data)
    return out.getvalue()


def with_relation(source: bytes, kind: str, target: str, mode="External") -> bytes:
    relation = (
        f'<Relationship Id="rId99" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}"'
        f' Target="{target}" TargetMode="{mode}"/></Relationships>'
    )
    return replaced(source, "word/_rels/document.xml.rels", b"</Relationships>", relation.encode())


def with_field(source: bytes, *codes: str) -> bytes:
    runs = "".join(f'<w:r><w:instrText xml:space="preserve">{code}</w:instrText></w:r>' for code in codes)
    return replaced(source, "word/document.xml", b"<w:sectPr", f"<w:p>{runs}</w:p><w:sectPr".encode())


def script_on_opening(document):
    document.Root.OpenAction = Dictionary(Type=Name.Action, S=Name.JavaScript, JS=String("app.alert(1)"))


def hidden_script(document):
    """Nested in arrays of a page's annotation, without /Type."""
    action = Dictionary(
        S=Name.URI, URI=String("https://example.org"), Next=Array([Dictionary(S=Name.JavaScript)])
    )
    document.pages[0].Annots = Array(
        [Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 9, 9], A=action)]
    )


def launch(document):
    document.pages[0].AA = Dictionary(O=Dictionary(S=Name.Launch, F=String("calc.exe")))


def form_with_xfa(document):
    document.Root.AcroForm = Dictionary(Fields=Array([]), XFA=document.make_stream(b"<xdp/>"))


def embedded_file(document):
    document.attachments["список.xlsx"] = b"PK"


def web_link(document):
    action = Dictionary(Type=Name.Action, S=Name.URI, URI=String("https://example.org"))
    document.pages[0].Annots = Array(
        [Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 9, 9], A=action)]
    )


def object_stream_bomb(megabytes=2048) -> bytes:
    """A PDF whose one object stream unpacks to `megabytes` of spaces."""
    squeezer = zlib.compressobj(9)
    body = squeezer.compress(b"1 0 ") + squeezer.flush(zlib.Z_FULL_FLUSH)
    body += (squeezer.compress(b" " * 2**20) + squeezer.flush(zlib.Z_FULL_FLUSH)) * megabytes
    head = b"%PDF-1.5\n"
    stream = b"5 0 obj<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length %d>>stream\n" % len(body)
    objects = head + stream + body + b"\nendstream endobj\n"
    xref_at = len(objects)
    # 0 free, 1 in stream 5, 2..4 free, 5 at its offset, 6 this table
    rows = [(0, 0, 0), (2, 5, 0), (0, 0, 0), (0, 0, 0), (0, 0, 0), (1, len(head), 0), (1, xref_at, 0)]
    table = b"".join(kind.to_bytes(1) + where.to_bytes(4) + third.to_bytes(1) for kind, where, third in rows)
    xref = b"6 0 obj<</Type/XRef/Size 7/W[1 4 1]/Root 1 0 R/Length %d>>stream\n%s\nendstream endobj\n"
    return objects + xref % (len(table), table) + b"startxref\n%d\n%%%%EOF\n" % xref_at


OWNER_ONLY = pikepdf.Encryption(owner="владелец", user="")
USER_PASSWORD = pikepdf.Encryption(owner="владелец", user="пароль")

"""The text of a PDF as a reader copies it: through the ToUnicode maps of its fonts."""

import io
import re

import pikepdf
from pikepdf import Name

_HEX = re.compile(rb"<([0-9A-Fa-f]*)>")


def pages_of(data: bytes) -> list[str]:
    """The text of each page, lines as they were set, soft hyphens at their ends joined."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        return [_page_text(page) for page in pdf.pages]


def text_of(data: bytes) -> str:
    """All pages in one line of single spaces."""
    return flat(" ".join(pages_of(data)))


def flat(text: str) -> str:
    """What both sides of a comparison are brought to: single ordinary spaces, no invisible breaks."""
    return re.sub(r"\s+", " ", text.replace("\u00a0", " ").replace("\u200b", "")).strip()


def _page_text(page) -> str:
    maps = {name: _unicode_map(font) for name, font in page.Resources.Font.items()}
    pieces, font, hidden, last, height = [], {}, None, None, None
    for operands, operator in pikepdf.parse_content_stream(page):
        name = str(operator)
        if name == "Tf":
            font = maps[str(operands[0])]
        elif name == "BDC" and Name.ActualText in (entries := _entries(operands)):
            hidden = str(entries.ActualText)
            pieces.append(hidden)
        elif name == "EMC" and hidden is not None:
            hidden = None
        elif name in ("Tj", "TJ") and hidden is None:
            strings = operands[0] if name == "TJ" else [operands[0]]
            pieces += [_decoded(bytes(part), font) for part in strings if isinstance(part, pikepdf.String)]
        elif name == "cm":
            last, height = height, float(operands[5])
        elif name == "BT":
            # Runs of one line begin anew after a hyphen; what else stands beside it is another column.
            pieces.append(("" if pieces and pieces[-1].endswith("-") else " ") if last == height else "\n")
    text = "".join(pieces)
    return re.sub(" ?\u00ad\\s*", "", text)


def _entries(operands):
    last = operands[-1]
    return last if isinstance(last, pikepdf.Dictionary) else {}


def _decoded(data: bytes, font: dict[int, str]) -> str:
    return "".join(font.get(int.from_bytes(data[at : at + 2]), "�") for at in range(0, len(data), 2))


def _unicode_map(font) -> dict[int, str]:
    found: dict[int, str] = {}
    for block in re.findall(rb"beginbfchar(.*?)endbfchar", font.ToUnicode.read_bytes(), re.DOTALL):
        codes = [bytes.fromhex(code.decode()) for code in _HEX.findall(block)]
        for code, text in zip(codes[::2], codes[1::2], strict=True):
            found[int.from_bytes(code)] = text.decode("utf-16-be")
    return found

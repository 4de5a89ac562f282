"""The page and the styles of the DOCX templates (ГОСТ Р 7.0.97-2025): what a coordinator may change."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm, Mm, Pt, RGBColor

from mmo_lti.documents.docx import settled
from mmo_lti.documents.docx_finish import SIGNATURE_STYLE

FONT = "Times New Roman"  # readers without it take a font of the same metrics
TEXT, HEADING, LIST_ITEM, PLAIN, CENTRED, CELL, CELL_HEADING = (
    "Текст",
    "Heading 1",
    "Перечень",
    "Реквизит",
    "Реквизит по центру",
    "Ячейка",
    "Шапка таблицы",
)
PORTRAIT_WIDTH = 165
_DRAFT_MARK = (
    f'<w:r {nsdecls("w")} xmlns:v="urn:schemas-microsoft-com:vml"'
    ' xmlns:o="urn:schemas-microsoft-com:office:office">'
    '<w:pict><v:shapetype id="_x0000_t136" coordsize="21600,21600" o:spt="136"'
    ' path="m@7,l@8,m@5,21600l@6,21600e">'
    '<v:path textpathok="t"/><v:textpath on="t" fitshape="t"/></v:shapetype>'
    '<v:shape id="{id}" type="#_x0000_t136" alt="" style="position:absolute;margin-left:0;margin-top:0;'
    "width:420pt;height:140pt;rotation:308;z-index:-251658752;mso-position-horizontal:center;"
    "mso-position-horizontal-relative:margin;mso-position-vertical:center;"
    'mso-position-vertical-relative:margin" fillcolor="#d9d9d9" stroked="f">'
    '<v:textpath style="font-family:&quot;Times New Roman&quot;;font-size:1pt" string="{text}"/>'
    "</v:shape></w:pict></w:r>"
)


class Page:
    """A template under construction: paragraphs, tables and signatures in the styles above."""

    def __init__(self, *, size: int = 14) -> None:
        self.document = Document()
        self.size = size
        _set_styles(self.document, size)
        _hyphenate(self.document)
        section = self.document.sections[0]
        _set_portrait(section)
        section.different_first_page_header_footer = True
        _number_pages(section)

    def text(self, text: str, style: str = TEXT, *, keep: bool = False, before: int = 0) -> Any:
        """A paragraph in one of the styles; `**words**` become bold."""
        paragraph = self.document.add_paragraph(style=style)
        write(paragraph, text)
        paragraph.paragraph_format.keep_with_next = keep or None
        if before:
            paragraph.paragraph_format.space_before = Pt(before)
        return paragraph

    def texts(self, *texts: str, style: str = TEXT) -> None:
        """Several paragraphs, one of them perhaps a `{%p … %}` that docxtpl takes out."""
        for text in texts:
            self.text(text, style)

    def typed(self, name: str) -> None:
        """Typed text: the paragraphs and list items of the list `name`."""
        self.texts(f"{{%p for paragraph in {name} %}}", "{%p if paragraph.item %}")
        self.text("–\u00a0{{ paragraph.text }}", LIST_ITEM)
        self.texts("{%p else %}", "{{ paragraph.text }}", "{%p endif %}", "{%p endfor %}")

    def table(self, widths: Sequence[float], heading: Sequence[str] = ()) -> Any:
        """A bordered table with fixed columns (mm) and, if given, a heading that is repeated on each page."""
        table = self.document.add_table(rows=1 if heading else 0, cols=len(widths), style="Table Grid")
        table.alignment = WD_TABLE_ALIGNMENT.CENTER
        table.autofit = False
        for column, width in zip(table.columns, widths, strict=True):
            column.width = Mm(width)
        if heading:
            table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
            for cell, title in zip(table.rows[0].cells, heading, strict=True):
                fill_cell(cell, title, CELL_HEADING)
        return table

    def signature(self, post: str, name: str, *, date: str = "") -> None:
        """Post, line and name in one row; under it a line for the date, if wished."""
        table = self.document.add_table(rows=1, cols=3)
        table.autofit = False
        for column, width in zip(table.columns, (63, 40, 62), strict=True):
            column.width = Mm(width)
        row = table.rows[0]
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        for cell, text in zip(row.cells, (post, "", name), strict=True):
            fill_cell(cell, text, SIGNATURE_STYLE)
        borders = OxmlElement("w:tcBorders")
        bottom = OxmlElement("w:bottom")
        for key, value in (("val", "single"), ("sz", "4"), ("space", "0"), ("color", "000000")):
            bottom.set(qn(f"w:{key}"), value)
        borders.append(bottom)
        row.cells[1]._tc.get_or_add_tcPr().append(borders)
        if date:
            self.text(date, PLAIN, before=8)

    def landscape(self) -> None:
        """Begin a landscape sheet; filed turned, its upper margin is the one for binding."""
        section = self.document.add_section(WD_SECTION.NEW_PAGE)
        section.orientation = WD_ORIENT.LANDSCAPE
        section.page_width, section.page_height = Mm(297), Mm(210)
        section.left_margin = section.right_margin = Mm(20)
        section.top_margin, section.bottom_margin = Mm(30), Mm(15)
        section.different_first_page_header_footer = False

    def draft_mark(self, condition: str, text: str) -> None:
        """A mark across every page while the condition holds."""
        section = self.document.sections[0]
        for number, header in enumerate((section.first_page_header, section.header)):
            paragraph = header.paragraphs[0]
            write(paragraph, f"{{% if {condition} %}}")
            mark = _DRAFT_MARK.replace("{id}", f"draft{number}").replace("{text}", text)
            paragraph._p.append(parse_xml(mark))
            write(paragraph, "{% endif %}")

    def three(self, left: str, middle: str, right: str) -> None:
        """Date, city and number in one line."""
        paragraph = self.text(f"{left}\t{middle}\t{right}", PLAIN, before=8)
        stops = paragraph.paragraph_format.tab_stops
        stops.add_tab_stop(Mm(PORTRAIT_WIDTH / 2), WD_TAB_ALIGNMENT.CENTER)
        stops.add_tab_stop(Mm(PORTRAIT_WIDTH), WD_TAB_ALIGNMENT.RIGHT)

    def narrow(self, width: float) -> None:
        """Set the last paragraph in a column of so many millimetres at the left margin."""
        self.document.paragraphs[-1].paragraph_format.right_indent = Mm(PORTRAIT_WIDTH - width)

    def bytes(self) -> bytes:
        """The template as a file."""
        out = io.BytesIO()
        self.document.save(out)
        return settled(out.getvalue())


def write(paragraph: Any, text: str) -> None:
    """Put text into a paragraph; every second piece between `**` is bold."""
    for number, piece in enumerate(text.split("**")):
        if piece:
            paragraph.add_run(piece).bold = True if number % 2 else None


def fill_cell(cell: Any, text: str, style: str = CELL) -> None:
    """Replace a cell's empty paragraph."""
    paragraph = cell.paragraphs[0]
    paragraph.style = style
    write(paragraph, text)


def cell_texts(cell: Any, *texts: str, style: str = CELL) -> None:
    """Several paragraphs in a cell, the first of them in the one it has."""
    fill_cell(cell, texts[0], style)
    for text in texts[1:]:
        write(cell.add_paragraph(style=style), text)


def loop_row(table: Any, start: str, texts: Sequence[str], style: str = CELL) -> None:
    """A row that is repeated: `{%tr for … %}`, the row itself (never torn), `{%tr endfor %}`."""
    write(table.add_row().cells[0].paragraphs[0], f"{{%tr {start} %}}")
    row = table.add_row()
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    for cell, text in zip(row.cells, texts, strict=True):
        cell_texts(cell, *text.split("\n"), style=style)
    write(table.add_row().cells[0].paragraphs[0], "{%tr endfor %}")


def _set_styles(document: Any, size: int) -> None:
    normal = document.styles["Normal"]
    _set_font(normal, size)
    normal.paragraph_format.space_after = Pt(0)
    normal.paragraph_format.widow_control = True
    normal.paragraph_format.line_spacing = 1
    for name in (TEXT, LIST_ITEM, PLAIN, CENTRED, CELL, CELL_HEADING, SIGNATURE_STYLE):
        style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = normal
        style.quick_style = True
    _set_paragraph(document.styles[TEXT], ALIGN.JUSTIFY, spacing=1.15, first=Cm(1.25))
    _set_paragraph(document.styles[LIST_ITEM], ALIGN.JUSTIFY, spacing=1.15, first=Cm(-0.4), left=Cm(1.65))
    _set_paragraph(document.styles[CENTRED], ALIGN.CENTER)
    _set_paragraph(document.styles[CELL], ALIGN.LEFT)
    _set_paragraph(document.styles[CELL_HEADING], ALIGN.CENTER)
    for name in (CELL, CELL_HEADING):
        space = document.styles[name].paragraph_format
        space.space_before = space.space_after = Pt(1.5)
    document.styles[CELL].font.size = document.styles[CELL_HEADING].font.size = Pt(12)
    document.styles[CELL_HEADING].font.bold = True
    document.styles[SIGNATURE_STYLE].paragraph_format.space_before = Pt(20)
    for name in ("Heading 1", "Heading 2"):
        heading = document.styles[name]
        _set_font(heading, size)
        heading.font.bold = True
        heading.font.color.rgb = RGBColor(0, 0, 0)
        _set_paragraph(heading, ALIGN.CENTER)
        heading.paragraph_format.space_before = heading.paragraph_format.space_after = Pt(0)


def _set_paragraph(
    style: Any, align: Any, *, spacing: float = 1, first: Any = None, left: Any = None
) -> None:
    style.paragraph_format.alignment = align
    style.paragraph_format.line_spacing = spacing
    style.paragraph_format.first_line_indent = first
    style.paragraph_format.left_indent = left


def _set_font(style: Any, size: int) -> None:
    style.font.name = FONT
    style.font.size = Pt(size)
    properties = style.element.get_or_add_rPr()
    fonts = properties.get_or_add_rFonts()
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    for kind in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{kind}"), FONT)
    for old in properties.findall(qn("w:lang")):
        properties.remove(old)
    language = OxmlElement("w:lang")
    for kind in ("val", "eastAsia", "bidi"):
        language.set(qn(f"w:{kind}"), "ru-RU")
    properties.append(language)


def _hyphenate(document: Any) -> None:
    """The order of settings is prescribed (ECMA-376, 17.15.1.78): this one follows the tab stops."""
    settings = document.settings.element
    settings.find(qn("w:defaultTabStop")).addnext(OxmlElement("w:autoHyphenation"))


def _set_portrait(section: Any) -> None:
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin, section.right_margin = Mm(30), Mm(15)
    section.top_margin = section.bottom_margin = Mm(20)
    section.header_distance = section.footer_distance = Mm(10)


def _number_pages(section: Any) -> None:
    """The number of the page in the middle of the upper margin, from the second page on."""
    paragraph = section.header.paragraphs[0]
    paragraph.alignment = ALIGN.CENTER
    for kind, code in (("begin", ""), ("", " PAGE "), ("end", "")):
        run = paragraph.add_run()
        run.font.size = Pt(12)
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        else:
            element.text = code
        run._r.append(element)

"""DOCX from templates: the same words as the PDF, and no template that does more than print."""

import io
import time
import zipfile
from datetime import UTC, datetime

import pytest
from docx import Document

from mmo_lti.documents import attendance_sheet, docx, order, plan, protocol, report
from mmo_lti.documents.build_templates import TEMPLATES, template_bytes
from mmo_lti.documents.docx import TemplateRefused
from mmo_lti.documents.docx_finish import SIGNATURE_STYLE
from mmo_lti.documents.folder import FORMS
from mmo_lti.documents.protocol import Vote
from mmo_lti.files.kind import Kind
from mmo_lti.files.sniff import inspect
from tests.documents import examples
from tests.documents.docx_text import opened, paragraphs_of, text_of
from tests.documents.pdf_text import text_of as pdf_text
from tests.documents.test_pdf import EVERY, hard_order, hard_plan, hard_protocol, hard_report, hard_sheet

HARD = {
    "plan": hard_plan,
    "protocol": hard_protocol,
    "report": hard_report,
    "order": hard_order,
    "attendance_sheet": hard_sheet,
}


@pytest.fixture(params=EVERY)
def document(request):
    return EVERY[request.param]


def own_template(*paragraphs: str) -> bytes:
    """A coordinator's template with these paragraphs."""
    document = Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def refusal(*paragraphs: str) -> TemplateRefused:
    with pytest.raises(TemplateRefused) as refused:
        plan.render_docx(examples.plan(), own_template(*paragraphs))
    return refused.value


@pytest.mark.parametrize("form", TEMPLATES)
def test_the_templates_are_what_the_script_makes(form):
    """If not: run `python -m mmo_lti.documents.build_templates`, or put the change into the script."""
    with (
        zipfile.ZipFile(FORMS / f"{form}.docx") as kept,
        zipfile.ZipFile(io.BytesIO(template_bytes(form))) as made,
    ):
        assert kept.namelist() == made.namelist()
        for name in kept.namelist():
            assert kept.read(name) == made.read(name), name


def test_a_document_and_its_template_would_be_taken_as_uploads(document):
    module, example = document
    assert inspect(io.BytesIO(module.render_docx(example())), Kind.DOCX).kind is Kind.DOCX
    assert inspect(io.BytesIO((FORMS / f"{module.FORM}.docx").read_bytes()), Kind.DOCX).kind is Kind.DOCX


def test_equal_data_give_equal_bytes(document):
    module, example = document
    first = module.render_docx(example())
    assert module.render_docx(example()) == first
    assert module.render_docx(example(association="учителей химии")) != first


@pytest.mark.parametrize("form", EVERY)
def test_both_forms_say_the_same(form):
    module, example = EVERY[form]
    said = text_of(module.render_docx(example())).replace(" ", "").replace("_", "")
    printed = pdf_text(module.render_pdf(example())).replace(" ", "").replace("_", "")
    for paragraph in paragraphs_of(module.render_docx(example())):
        words = "".join(paragraph.split()).replace("_", "").replace("\u200b", "")
        # Page numbers stand between the lines of the printed one.
        assert all(part in printed for part in (words[:40], words[-40:])), paragraph
    assert len(said) > 300


@pytest.mark.parametrize("form", HARD)
def test_hard_names_and_texts(form):
    text = text_of(EVERY[form][0].render_docx(HARD[form]()))
    assert "<script>alert(1)</script>" in text
    assert "1 000 ₽, 37 °C, H₂O, x²" in text
    assert "\x07" not in text


def test_syntax_of_templates_is_only_text():
    text = text_of(attendance_sheet.render_docx(hard_sheet()))
    assert '{{ 7*7 }} #import "x" $a$ *b* @c' in text
    assert "Петрова□ Инна Львовна" in text
    marks = text_of(plan.render_docx(examples.plan(theme="{_{ 7*7 }_} {_% x %_} &amp;")))
    assert "{_{ 7*7 }_} {_% x %_} &amp;" in marks.replace("\u2060", "")


def test_the_file_names_its_title_author_and_moment():
    properties = opened(plan.render_docx(examples.plan(association="<учителей> & химии"))).core_properties
    assert properties.title.startswith("План деятельности")
    assert "<учителей> & химии" in properties.title
    assert properties.author == examples.INSTITUTION.full_name
    assert properties.modified == datetime(2026, 9, 28, 9, 30, tzinfo=UTC)


def test_a_very_long_title_is_cut_in_the_properties_only():
    name = "учителей " + "естественных наук и математики " * 12
    data = protocol.render_docx(examples.protocol(association=name))
    assert len(opened(data).core_properties.title) == 255
    assert name.strip() in text_of(data)


def test_a_plan_is_marked_a_draft_until_it_is_agreed():
    def headers(data):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return "".join(archive.read(name).decode() for name in archive.namelist() if "header" in name)

    assert "Проект" in headers(plan.render_docx(examples.plan(agreed=None)))
    assert "Проект" not in headers(plan.render_docx(examples.plan()))


def test_the_heading_of_a_table_is_repeated_and_rows_are_not_torn():
    rows = opened(attendance_sheet.render_docx(examples.attendance_sheet())).tables[0].rows
    assert "w:tblHeader" in rows[0]._tr.xml
    assert all("w:cantSplit" in row._tr.xml for row in rows)
    assert len(rows) == 1 + 24 + 10


def test_a_signature_is_kept_with_what_it_signs(document):
    module, example = document
    for table in opened(module.render_docx(example())).tables:
        if table.rows[0].cells[0].paragraphs[0].style.name == SIGNATURE_STYLE:
            assert "w:keepNext" in table._tbl.getprevious().xml


def test_without_priorities_a_theme_or_appendices_the_file_is_whole():
    empty = examples.plan(priorities=(), theme="", items=(), proposals=None)
    assert text_of(plan.render_docx(empty)).endswith("20___ г.")
    bare = examples.report(sections=(report.ReportSection(),) * 9, appendices=())
    for table in opened(report.render_docx(bare)).tables:
        assert all(cell.paragraphs for row in table.rows for cell in row.cells)


def test_a_template_of_the_centre_wins():
    data = plan.render_docx(examples.plan(), own_template("НАШ БЛАНК: {{ association }}", "{{ leader }}"))
    assert (
        text_of(data)
        == "НАШ БЛАНК: учителей математики Соловьёва Алёна Фёдоровна, учитель математики, МБОУ «Гимназия № 23»"
    )


def test_a_template_may_be_a_file_and_gives_equal_bytes(tmp_path):
    path = tmp_path / "plan.docx"
    path.write_bytes((FORMS / "plan.docx").read_bytes())
    assert plan.render_docx(examples.plan(), path) == plan.render_docx(examples.plan())


def test_an_unknown_name_is_an_error_not_a_blank():
    refused = refusal("{{ assosiation }}")
    assert (refused.code, refused.params) == ("template_unknown_name", {"name": "assosiation"})
    assert refusal("{%p for item in items %}", "{{ item.plase }}", "{%p endfor %}").params == {
        "name": "plase"
    }


def test_a_template_with_a_broken_loop():
    assert refusal("{%p for item in items %}", "{{ item.place }}").code == "template_syntax"


@pytest.mark.parametrize(
    "program",
    [
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{{ self.__init__.__globals__ }}",
        "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
        "{{ '{0.__class__}'.format(association) }}",
        "{{ lipsum.__globals__['os'].system('id') }}",
    ],
)
def test_a_template_that_reaches_for_the_machine(program):
    assert refusal(program).code in ("template_forbidden", "template_unknown_name")


@pytest.mark.parametrize("bomb", ["{{ 'a' * 10 ** 10 }}", "{{ (association * 10 ** 6) * 10 ** 6 }}"])
def test_a_template_that_eats_memory(bomb):
    assert refusal(bomb).code == "template_out_of_limits"


def test_a_template_that_never_ends(monkeypatch):
    monkeypatch.setattr(docx, "LIMITS", docx.Limits(seconds=1, memory=docx.LIMITS.memory))
    endless = "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}"
    started = time.monotonic()
    assert refusal(endless).code == "template_out_of_limits"
    assert time.monotonic() - started < 10


def test_what_is_no_docx():
    for data in (b"", b"hello", samples_zip()):
        with pytest.raises(TemplateRefused) as refused:
            plan.render_docx(examples.plan(), data)
        assert refused.value.code == "template_broken"


def samples_zip() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.txt", "x")
    return out.getvalue()


def test_an_order_leaves_lines_for_date_and_number():
    draft = text_of(
        order.render_docx(examples.order(number="", signed_on=None, content=examples.APPOINTMENT))
    )
    assert "«___» ______________ 20___ г. № _____" in draft


def test_votes_are_printed_in_words_of_the_form():
    item = examples.agenda()[0]
    text = text_of(protocol.render_docx(examples.protocol(agenda=(item,))))
    assert "Голосовали: за – 20, против – 0, воздержались – 2, не голосовали – 2." in text
    silent = protocol.AgendaItem(wording="О плане", vote=Vote(in_favour=24))
    assert "не голосовали" not in text_of(protocol.render_docx(examples.protocol(agenda=(silent,))))

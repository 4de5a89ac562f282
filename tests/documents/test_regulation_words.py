"""Fixed text of Приложения 1 and 2 is the regulation's, letter for letter."""

import re
from pathlib import Path

import pytest

from mmo_lti.documents import plan, report
from tests.documents import examples
from tests.documents.docx_text import text_of as docx_text
from tests.documents.pdf_text import flat
from tests.documents.pdf_text import text_of as pdf_text

REGULATION = Path(__file__).parents[1] / "data" / "regulation.txt"


def appendix(number: int) -> list[str]:
    """The lines of an appendix that are fixed text: no blanks to fill in, dashes aside."""
    text = REGULATION.read_text(encoding="utf-8")
    parts = re.split(r"^\s*Приложение (\d)\s*$", text, flags=re.MULTILINE)
    found = parts[parts.index(str(number)) + 1]
    lines = (re.sub(r"^\s*-\s*", "", line).strip() for line in found.splitlines())
    return [line for line in lines if line and "____" not in line]


@pytest.fixture(params=["pdf", "docx"])
def printed(request):
    """How both forms of a document read."""
    if request.param == "pdf":
        return lambda module, document: pdf_text(module.render_pdf(document))
    return lambda module, document: docx_text(module.render_docx(document))


def in_order(lines: list[str], text: str) -> None:
    at = 0
    for line in lines:
        found = text.find(flat(line), at)
        assert found >= 0, f"missing, or in another place: {line}"
        at = found + len(flat(line))


def test_the_plan_carries_the_aim_and_the_eight_tasks(printed):
    lines = appendix(1)
    assert len(lines) == 13
    in_order(
        [line for line in lines if line != "План деятельности муниципального методического объединения"],
        printed(plan, examples.plan()),
    )


def test_the_plan_has_the_heading_of_appendix_1(printed):
    text = printed(plan, examples.plan())
    assert (
        "План деятельности муниципального методического объединения учителей математики на 2026/2027 уч. год"
        in text
    )


def test_the_report_has_the_nine_sections_in_their_order(printed):
    lines = appendix(2)
    assert len(lines) == 14
    in_order(lines, printed(report, examples.report()))


def test_the_report_has_the_heading_of_appendix_2(printed):
    text = printed(report, examples.report())
    assert (
        "Отчет о деятельности муниципального методического объединения учителей математики за 2026/2027 уч. год"
        in text
    )


def test_a_name_that_does_not_begin_with_teachers_is_printed_as_it_is(printed):
    text = printed(plan, examples.plan(association="педагогов-психологов"))
    assert "объединения педагогов-психологов на 2026/2027 уч. год" in text
    assert "учителей" not in text

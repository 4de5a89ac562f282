"""Every document prints as PDF/A-2a, whatever people are called and whatever they type."""

import io
from datetime import UTC, date, datetime, timedelta, timezone

import pikepdf
import pytest
from pikepdf import Name

from mmo_lti.documents import attendance_sheet, order, pdf, plan, protocol, report
from mmo_lti.documents.plan import PlanItem
from mmo_lti.documents.protocol import AgendaItem, Annex, Decision, Guest
from mmo_lti.documents.report import Accepted, Appendix, ReportSection, Submitted
from mmo_lti.documents.report_row import MeetingHeld
from tests.documents import examples, sample_city
from tests.documents.pdf_text import flat, pages_of, text_of
from tests.documents.pdfa import assert_pdfa_2a

LONG_NAME = max((association["genitive"] for association in sample_city.city()["associations"]), key=len)
EVERY = {
    "plan": (plan, examples.plan),
    "protocol": (protocol, examples.protocol),
    "report": (report, examples.report),
    "order": (order, examples.order),
    "attendance_sheet": (attendance_sheet, examples.attendance_sheet),
}


@pytest.fixture(params=EVERY)
def document(request):
    return EVERY[request.param]


def hard_text() -> str:
    return "\n".join(sample_city.edge_texts())


def hard_plan():
    text, people = hard_text(), sample_city.edge_people()
    items = tuple(
        PlanItem(
            form=person.name.last,
            topic=text[:300],
            term=date(2026, 10, 1),
            place=person.organisation,
            responsible=person.name.full,
            result=text[-60:],
            meeting=number,
        )
        for number, person in enumerate(people, 1)
    )
    return examples.plan(
        leader=people[2],
        priorities=sample_city.edge_texts(),
        theme=text,
        items=items,
        association=LONG_NAME,
        agreed=None,
    )


def hard_protocol():
    text, people = hard_text(), sample_city.edge_people()
    item = AgendaItem(
        wording=f"О {text}",
        speaker=people[2].name.signature,
        heard=text,
        talks=sample_city.edge_texts(),
        decisions=(Decision(text=text, responsible=text),),
    )
    return examples.protocol(
        present=people, absent=people * 2, chair=people[4].name, secretary=people[12].name, topic=text, place=text,
        guests=tuple(Guest(name=person.name.full, position=person.position) for person in people),
        agenda=(item, item), annexes=(Annex(text),), association=LONG_NAME,
    )  # fmt: skip


def hard_report():
    text = hard_text()
    sections = tuple(
        ReportSection(
            (MeetingHeld(held_on=date(2026, 10, 1), topic=text, present=11),) if number == 0 else (), text
        )
        for number in range(9)
    )
    return examples.report(
        sections=sections,
        appendices=(Appendix(number="1.1", title=text),),
        association=LONG_NAME,
        leader=sample_city.edge_people()[2],
    )


def hard_order():
    people = sample_city.edge_people()
    content = order.Creation(
        starts=date(2026, 9, 1), initiator=hard_text(), ground=hard_text(), members=people
    )
    return examples.order(
        content=content,
        number="<1>",
        control=hard_text(),
        acquainted=tuple(person.name for person in people),
        association=LONG_NAME,
    )


def hard_sheet():
    return examples.attendance_sheet(
        people=sample_city.edge_people(), topic=hard_text(), secretary=sample_city.edge_people()[0].name
    )


def test_it_is_pdf_a_2a(document):
    module, example = document
    assert_pdfa_2a(module.render_pdf(example()))


@pytest.mark.parametrize(
    ("module", "made"),
    [
        (plan, hard_plan),
        (protocol, hard_protocol),
        (report, hard_report),
        (order, hard_order),
        (attendance_sheet, hard_sheet),
    ],
)
def test_hard_names_and_texts_are_printed_as_they_are(module, made):
    data = module.render_pdf(made())
    assert_pdfa_2a(data)
    text = text_of(data)
    assert "<script>alert(1)</script>" in text
    assert "1000₽,37°C,H₂O,x²" in text.replace(" ", "")


def test_syntax_of_templates_and_typesetting_is_only_text():
    text = text_of(attendance_sheet.render_pdf(hard_sheet()))
    assert '{{ 7*7 }} #import "x" $a$ *b* @c' in text
    assert '<script>alert(1)</script> Боб "; DROP TABLE persons; -- =HYPERLINK("x")' in text


def test_a_sign_that_the_font_lacks_is_printed_as_a_box():
    text = text_of(attendance_sheet.render_pdf(hard_sheet()))
    assert "Смирнова □ Ольга Петровна" in text
    assert "Петрова□ Инна Львовна" in text


def test_a_decomposed_letter_is_composed():
    assert "Андрей Ильич" in text_of(attendance_sheet.render_pdf(hard_sheet()))


def test_equal_data_give_equal_bytes_and_other_data_do_not(document):
    module, example = document
    first = module.render_pdf(example())
    assert module.render_pdf(example()) == first
    assert module.render_pdf(example(association="учителей химии")) != first


def test_the_moment_is_that_of_the_data():
    with (
        pikepdf.open(io.BytesIO(plan.render_pdf(examples.plan()))) as opened,
        opened.open_metadata() as metadata,
    ):
        assert metadata["xmp:CreateDate"].startswith("2026-09-28T")
    moscow = examples.AS_OF.astimezone(timezone(timedelta(hours=3)))
    assert plan.render_pdf(examples.plan(as_of=moscow)) == plan.render_pdf(examples.plan())
    with pytest.raises(ValueError, match="zone"):
        plan.render_pdf(examples.plan(as_of=datetime(2026, 9, 28)))  # noqa: DTZ001


def test_the_title_and_the_author_are_in_the_metadata():
    with (
        pikepdf.open(io.BytesIO(protocol.render_pdf(examples.protocol()))) as opened,
        opened.open_metadata() as metadata,
    ):
        assert (
            flat(metadata["dc:title"])
            == "Протокол № 2 заседания муниципального методического объединения учителей математики"
        )
        assert examples.INSTITUTION.full_name in metadata["dc:creator"]


def test_pages_are_numbered_from_the_second_on():
    pages = pages_of(attendance_sheet.render_pdf(examples.attendance_sheet(people=sample_city.crowd(60))))
    assert len(pages) > 2
    assert not pages[0].lstrip().startswith("1")
    assert [page.lstrip().split("\n")[0].strip() for page in pages[1:]] == [
        str(number) for number in range(2, len(pages) + 1)
    ]


def test_the_heading_of_a_table_is_repeated():
    pages = pages_of(attendance_sheet.render_pdf(examples.attendance_sheet(people=sample_city.crowd(340))))
    assert len(pages) >= 16
    assert all("Подпись" in page for page in pages)


@pytest.mark.parametrize("count", range(20, 32))
def test_a_signature_never_stands_alone(count):
    """Whatever the number of rows, the page with the signature has a row of the table, too."""
    items = tuple(examples.plan_items()[number % 7] for number in range(count))
    last = pages_of(plan.render_pdf(examples.plan(items=items, proposals=None)))[-1]
    assert "Руководитель ММО" in last
    assert "Планируемый" in last


def test_a_plan_is_a_draft_until_it_is_agreed():
    assert "Проект" in text_of(plan.render_pdf(examples.plan(agreed=None)))
    agreed = text_of(plan.render_pdf(examples.plan()))
    assert "Проект" not in agreed
    assert "Согласовано в системе 30 сентября 2026 г. в 16:05, редакция 1" in agreed
    assert "подпис" not in agreed.lower()


def test_pages_are_a4_and_the_table_of_a_plan_lies_across():
    with pikepdf.open(io.BytesIO(plan.render_pdf(examples.plan()))) as opened:
        sizes = [tuple(round(float(edge) / 72 * 25.4) for edge in page.mediabox[2:]) for page in opened.pages]
    assert sizes[0] == (210, 297)
    assert sizes[-1] == (297, 210)


def test_a_submitted_and_accepted_report_says_so():
    text = text_of(
        report.render_pdf(
            examples.report(
                submitted=Submitted(on=date(2027, 6, 21), days_late=1, by_coordinator=True),
                accepted=Accepted(on=date(2027, 6, 28), by=examples.INSTITUTION.director),
            )
        )
    )
    assert "Отчёт сдан 21 июня 2027 г., с опозданием на 1 день. Отчёт сдан Координатором." in text
    assert "Отчёт принят 28 июня 2027 г. Директор Е. В. Жукова" in text


def test_a_report_has_nine_sections():
    with pytest.raises(ValueError, match="nine"):
        examples.report(sections=())


def test_what_is_not_known_yet_leaves_room_to_write():
    draft = examples.protocol(
        number=None, chair=None, secretary=None, agenda=(AgendaItem(wording="О разном"),), annexes=()
    )
    data = protocol.render_pdf(draft)
    assert_pdfa_2a(data)
    assert "№ _____" in text_of(data)
    sheet = text_of(attendance_sheet.render_pdf(examples.attendance_sheet()))
    assert "12 октября 2026 г., протокол № _____" in sheet
    assert "Всего: _____" in sheet


def test_an_unknown_form_is_an_error():
    with pytest.raises(RuntimeError):
        pdf.compile_form("no-such-form", {}, as_of=datetime(2026, 9, 1, tzinfo=UTC))


def test_only_the_project_s_own_font_is_used(document):
    module, example = document
    with pikepdf.open(io.BytesIO(module.render_pdf(example()))) as opened:
        fonts = {str(font.BaseFont) for page in opened.pages for font in page.Resources[Name.Font].values()}
    assert {name.split("+")[1].split("-")[0] for name in fonts} == {"Tinos"}

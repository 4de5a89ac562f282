"""What was gathered becomes sentences of the report."""

from datetime import date

import pytest

from mmo_lti.documents import report
from mmo_lti.documents.report import Appendix, ReportSection
from mmo_lti.documents.report_row import (
    Achieved,
    Consultations,
    MeetingHeld,
    PlanLine,
    YoungMembers,
    from_json,
    to_json,
)
from mmo_lti.documents.report_section import groups_of
from mmo_lti.rules.activity import AchievementKind, Level, OpenEventPart, Publisher
from mmo_lti.rules.states import ProtocolState
from tests.documents import examples
from tests.documents.pdf_text import flat


def said(section: int, *rows) -> list[str]:
    """Headings and lines, one after another."""
    return [
        flat(text)
        for group in groups_of(section, rows)
        for text in (group["heading"], *group["rows"])
        if text
    ]


def meeting(**changes) -> MeetingHeld:
    return MeetingHeld(
        **{"held_on": date(2026, 10, 12), "topic": "Итоги года", "present": 24, "protocol": 1, **changes}
    )


@pytest.mark.parametrize(
    ("count", "heading"),
    [
        (1, "Проведено 1 заседание:"),
        (2, "Проведено 2 заседания:"),
        (5, "Проведено 5 заседаний:"),
        (11, "Проведено 11 заседаний:"),
        (21, "Проведено 21 заседание:"),
    ],
)
def test_meetings_are_counted_in_words_that_agree(count, heading):
    assert said(1, *[meeting()] * count)[0] == heading


def test_no_meeting_is_said_in_words():
    assert said(1) == ["Заседания не проводились."]


def test_meetings_come_by_date_with_number_topic_and_attendance():
    later = meeting(held_on=date(2027, 1, 20), protocol=None, present=21, unplanned=True)
    assert said(1, later, meeting(topic="Зачем нам план?"))[1:] == [
        "12.10.2026, протокол № 1. Тема: Зачем нам план? Присутствовало 24 человека.",
        "20.01.2027, протокол оформляется. Тема: Итоги года. Присутствовал 21 человек (вне плана).",
    ]


def test_what_happened_after_the_last_report_is_marked():
    assert said(1, meeting(after_last_report=True))[1].endswith("(после сдачи отчёта).")


def test_the_plan_is_summed_up_with_moves_and_reasons():
    rows = [row for row in examples.report_sections()[1].rows if isinstance(row, PlanLine)]
    assert said(2, *rows) == [
        "План: выполнено – 1, перенесено – 1, отменено – 1.",
        "заседание. Анализ результатов государственной итоговой аттестации и задачи на новый учебный год (12.10.2026).",
        "Перенесено:",
        "открытый урок. Урок-исследование в 7 классе: перенесено с 20.11.2026 на 04.12.2026; причина: карантин.",
        "Отменено:",
        "консультация. Подготовка к конкурсу «Педагогический дебют»; причина: нет заявок.",
    ]


def open_event(person: str, level: Level, part: OpenEventPart) -> Achieved:
    return Achieved(
        kind=AchievementKind.OPEN_EVENT,
        person=person,
        title="Неделя открытых занятий",
        level=level,
        part=part,
    )


def test_section_5_takes_the_municipal_level_and_above_in_two_groups():
    rows = (
        open_event("Ткач И. И.", Level.REGIONAL, OpenEventPart.CONDUCT),
        open_event("Цой М. П.", Level.MUNICIPAL, OpenEventPart.PARTICIPATION),
        open_event("Ким А. В.", Level.ORGANISATION, OpenEventPart.CONDUCT),
    )
    assert said(5, *rows) == [
        "Участие:",
        "Цой М. П., Неделя открытых занятий, муниципальный уровень.",
        "Проведение:",
        "Ткач И. И., Неделя открытых занятий, региональный уровень.",
    ]


def test_section_4_takes_every_level():
    contest = Achieved(
        kind=AchievementKind.CONTEST,
        person="Ким А. В.",
        title="Лучший методический уголок",
        level=Level.ORGANISATION,
        result="победитель",
    )
    assert said(4, contest) == [
        "Ким А. В., Лучший методический уголок, уровень образовательной организации, победитель."
    ]


def test_publications_come_in_the_order_centre_site_other():
    def published(publisher, title):
        return Achieved(
            kind=AchievementKind.PUBLICATION, person="Щукина Л. Б.", title=title, publisher=publisher
        )

    rows = (published(None, "В"), published(Publisher.SITE, "Б"), published(Publisher.CENTRE, "А"))
    assert said(6, *rows) == [
        "В изданиях методического центра:",
        "Щукина Л. Б., А.",
        "На сайте:",
        "Щукина Л. Б., Б.",
        "В иных изданиях:",
        "Щукина Л. Б., В.",
    ]


def test_consultations_are_counted_without_names():
    assert said(7, Consultations(count=5), YoungMembers(count=0, years=3)) == [
        "Членов ММО со стажем до 3 лет: 0.",
        "Консультаций: 5.",
    ]
    assert said(7, Consultations(count=0)) == []


@pytest.mark.parametrize("number", [8, 9])
def test_sections_8_and_9_are_the_leader_s_words_alone(number):
    assert groups_of(number, (meeting(),)) == []


def test_the_words_of_the_leader_stay_apart_from_the_rows():
    section = report.context(examples.report())["sections"][0]
    assert section["words"] == [{"text": "Все заседания прошли при кворуме.", "item": False}]
    assert all("кворуме" not in row for group in section["groups"] for row in group["rows"])


@pytest.mark.parametrize(
    ("state", "printed"),
    [
        (ProtocolState.ACCEPTED, "1.1. Протокол № 1 от 12.10.2026, 3 л. – принят"),
        (ProtocolState.LODGED, "1.1. Протокол № 1 от 12.10.2026, 3 л. – на проверке"),
        (None, "1.1. Протокол № 1 от 12.10.2026, 3 л."),
    ],
)
def test_appendices_are_listed_with_their_state(state, printed):
    entry = Appendix(number="1.1", title="Протокол № 1", day=date(2026, 10, 12), sheets=3, state=state)
    assert [flat(entry) for entry in report.context(examples.report(appendices=(entry,)))["appendices"]] == [
        printed
    ]


def test_rows_can_be_frozen_and_read_again():
    import json

    for section in examples.report_sections():
        kept = json.dumps([to_json(row) for row in section.rows])
        assert tuple(from_json(row) for row in json.loads(kept)) == section.rows


def test_a_row_of_another_kind_is_an_error():
    with pytest.raises(KeyError):
        from_json({"row": "no_such"})
    with pytest.raises(TypeError):
        from_json({"row": "theme", "other": 1})


def test_every_section_of_a_full_year_says_something():
    for number, section in enumerate(examples.report_sections()[:7], 1):
        assert groups_of(number, section.rows), number
    assert all(isinstance(section, ReportSection) for section in examples.report_sections())

"""A full year of gathered rows, with something of every kind."""

from datetime import date

from mmo_lti.documents.report import Appendix, ReportSection
from mmo_lti.documents.report_row import (
    Achieved,
    Consultations,
    EventHeld,
    MeetingHeld,
    Outcome,
    Pair,
    PlanLine,
    Priority,
    Theme,
    YoungEvent,
    YoungMembers,
)
from mmo_lti.rules.activity import AchievementKind, Level, OpenEventPart, Publisher
from mmo_lti.rules.states import ProtocolState
from tests.documents.sample_city import city


def report_sections() -> tuple[ReportSection, ...]:
    """A full year, with something of every kind."""
    topics = city()["meeting_topics"]
    meetings = tuple(
        MeetingHeld(
            held_on=day,
            topic=topics[number],
            present=present,
            protocol=protocol_number,
            unplanned=number == 2,
        )
        for number, (day, present, protocol_number) in enumerate(
            [
                (date(2026, 10, 12), 24, 1),
                (date(2026, 12, 14), 21, 2),
                (date(2027, 3, 15), 22, 3),
                (date(2027, 5, 17), 11, None),
            ]
        )
    )
    kind, level = AchievementKind, Level
    return (
        ReportSection(
            (
                *meetings,
                EventHeld(
                    held_on=date(2026, 11, 9),
                    form="семинар-практикум",
                    topic=topics[1],
                    place="МБОУ «Гимназия № 23»",
                ),
            ),
            "Все заседания прошли при кворуме.",
        ),
        ReportSection(
            (
                Theme(text="Функциональная грамотность на каждом уроке"),
                *(Priority(text=topic) for topic in topics[2:5]),
                PlanLine(outcome=Outcome.DONE, form="заседание", topic=topics[0], day=date(2026, 10, 12)),
                PlanLine(
                    outcome=Outcome.MOVED,
                    form="открытый урок",
                    topic="Урок-исследование в 7 классе",
                    day=date(2026, 11, 20),
                    moved_to=date(2026, 12, 4),
                    reason="карантин",
                ),
                PlanLine(
                    outcome=Outcome.CANCELLED,
                    form="консультация",
                    topic="Подготовка к конкурсу «Педагогический дебют»",
                    reason="нет заявок.",
                ),
            ),
            "План в основном выполнен.",
        ),
        ReportSection(
            (
                Achieved(
                    kind=kind.EXPERIENCE,
                    person="Ёлкина О. С., МБОУ «Лицей № 67»",
                    title="Критериальное оценивание",
                    level=level.MUNICIPAL,
                    where="банк опыта МБУ МЦ",
                    day=date(2027, 2, 1),
                ),
                Achieved(
                    kind=kind.TALK,
                    person="Мамедов Р. И.",
                    title="Цифровые инструменты учителя",
                    level=level.REGIONAL,
                    where="педагогические чтения",
                    day=date(2027, 1, 22),
                ),
            ),
        ),
        ReportSection(
            (
                Achieved(
                    kind=kind.CONTEST,
                    person="Ким А. В.",
                    title="Педагогический дебют",
                    level=level.NATIONAL,
                    result="лауреат",
                    day=date(2027, 4, 2),
                ),
            )
        ),
        ReportSection(
            (
                Achieved(
                    kind=kind.OPEN_EVENT,
                    person="Цой М. П.",
                    title="Неделя открытых занятий",
                    level=level.MUNICIPAL,
                    part=OpenEventPart.PARTICIPATION,
                    day=date(2027, 2, 10),
                ),
                Achieved(
                    kind=kind.OPEN_EVENT,
                    person="Ткач И. И.",
                    title="Мастер-класс «Урок-исследование»",
                    level=level.REGIONAL,
                    part=OpenEventPart.CONDUCT,
                    day=date(2027, 3, 3),
                ),
                Achieved(
                    kind=kind.OPEN_EVENT,
                    person="Не должен печататься",
                    title="Лучший методический уголок",
                    level=level.ORGANISATION,
                    part=OpenEventPart.CONDUCT,
                ),
            ),
        ),
        ReportSection(
            (
                Achieved(
                    kind=kind.PUBLICATION,
                    person="Щукина Л. Б.",
                    title="Задачи на проценты",
                    where="Методический сборник МБУ МЦ, выпуск 12",
                    publisher=Publisher.CENTRE,
                    day=date(2026, 12, 1),
                ),
                Achieved(
                    kind=kind.PUBLICATION,
                    person="Черных В. О.",
                    title="Конспект урока",
                    publisher=Publisher.SITE,
                    address="https://example.org/metodicheskaya-kopilka/2027/uroki/konspekt-uroka-matematiki-7-klass.html",
                    day=date(2027, 1, 12),
                ),
            ),
        ),
        ReportSection(
            (
                YoungEvent(held_on=date(2026, 12, 7), form="«круглый стол»", topic="День молодого педагога"),
                Pair(mentor="Соловьёва А. Ф.", young="Ким А. В."),
                Consultations(count=5),
                YoungMembers(count=4, years=3),
            ),
        ),
        ReportSection(
            (),
            "Недостаточно часов на подготовку к олимпиадам.\n\nПути решения:\n– сетевые занятия;\n– наставничество.",
        ),
        ReportSection((), "Продолжить работу по функциональной грамотности."),
    )


def appendices() -> tuple[Appendix, ...]:
    return (
        Appendix(
            number="1.1", title="Протокол № 1", day=date(2026, 10, 12), sheets=3, state=ProtocolState.ACCEPTED
        ),
        Appendix(
            number="1.2", title="Протокол № 2", day=date(2026, 12, 14), sheets=2, state=ProtocolState.LODGED
        ),
        Appendix(number="2.1", title="Тезисы выступления Р. И. Мамедова", sheets=4),
    )

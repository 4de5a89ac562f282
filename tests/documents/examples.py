"""One association's year as plain data, and the hard names and texts of the sample city."""

import json
from datetime import UTC, date, datetime, time
from functools import cache
from pathlib import Path

from mmo_lti.documents.attendance_sheet import AttendanceSheet
from mmo_lti.documents.order import Acting, Appointment, Creation, Officer, OrderDocument, OrderReference
from mmo_lti.documents.parties import Institution, Person, Signatory
from mmo_lti.documents.plan import Agreed, Month, PlanDocument, PlanItem, Proposals
from mmo_lti.documents.protocol import AgendaItem, Annex, Decision, Guest, ProtocolDocument, Vote
from mmo_lti.documents.report import Appendix, ReportDocument, ReportSection
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
from mmo_lti.rules.names import PersonName
from mmo_lti.rules.regulation import regulation
from mmo_lti.rules.states import ProtocolState
from mmo_lti.rules.year import AcademicYear

CITY = Path(__file__).parents[2] / "moodle_sync" / "sandbox" / "data" / "sample-city.json"
YEAR = AcademicYear(2026)
AS_OF = datetime(2026, 9, 28, 9, 30, tzinfo=UTC)

LEADER = Person(
    name=PersonName("Соловьёва", "Алёна", "Фёдоровна"),
    position="учитель математики",
    organisation="МБОУ «Гимназия № 23»",
)
CHAIR = LEADER.name
SECRETARY = PersonName("Петрова-Водкина", "Мария-Анна", "Ильинична")
INSTITUTION = Institution(
    full_name="Муниципальное бюджетное учреждение «Методический центр в системе образования»",
    short_name="МБУ МЦ",
    city="Иваново",
    director=Signatory(post="Директор", name=PersonName("Жукова", "Елена", "Викторовна")),
)


@cache
def city():
    return json.loads(CITY.read_text(encoding="utf-8"))


def edge_people() -> tuple[Person, ...]:
    schools = [organisation["name"] for organisation in city()["edge_organisations"]]
    return tuple(
        Person(
            name=PersonName(person["last"], person["first"], person["patronymic"] or ""),
            position="педагог-психолог",
            organisation=person.get("organisation", schools[number % 2]),
        )
        for number, person in enumerate(city()["edge_people"])
    )


def edge_texts() -> tuple[str, ...]:
    return tuple(edge["text"] for edge in city()["edge_texts"])


def crowd(count: int) -> tuple[Person, ...]:
    """So many different people of the sample city, the same each time."""
    names = city()["names"]["female"]
    schools = [organisation["name"] for organisation in city()["organisations"]]
    return tuple(
        Person(
            name=PersonName(
                names["last"][number % len(names["last"])],
                names["first"][number * 7 % len(names["first"])],
                names["patronymic"][number * 11 % len(names["patronymic"])] or "",
            ),
            position="учитель",
            organisation=schools[number * 3 % len(schools)],
        )
        for number in range(count)
    )


def plan_items() -> tuple[PlanItem, ...]:
    meetings = 0
    items = []
    for item in city()["plan_items"]:
        is_meeting = item["form"] == "заседание"
        meetings += is_meeting
        items.append(
            PlanItem(
                form=item["form"],
                topic=item["topic"],
                term=Month(YEAR.day(item["month"], 1).year, item["month"]),
                place=item["place"],
                responsible=item["responsible"],
                result=item["result"],
                meeting=meetings if is_meeting else None,
            )
        )
    return tuple(items)


def plan(**changes) -> PlanDocument:
    data = {
        "institution": INSTITUTION,
        "regulation": regulation(),
        "association": "учителей математики",
        "year": YEAR,
        "leader": LEADER,
        "theme": "Единая методическая тема: функциональная грамотность на каждом уроке",
        "priorities": (
            "Функциональная грамотность: от теории к практике урока",
            "Оценивание по обновлённым ФГОС",
            "Наставничество: адаптация молодого специалиста",
        ),
        "items": plan_items(),
        "proposals": Proposals(12, 15),
        "agreed": Agreed(datetime(2026, 9, 30, 16, 5, tzinfo=UTC), 1),
        "as_of": AS_OF,
    }
    return PlanDocument(**{**data, **changes})


def agenda() -> tuple[AgendaItem, ...]:
    return (
        AgendaItem(
            wording="О результатах государственной итоговой аттестации 2026 года",
            speaker="И. П. Королёва, методист МБУ МЦ",
            heard="представила сводные результаты по городу.\nОсобое внимание обращено на:\n– задания с развёрнутым ответом;\n– работу с текстом № 5–9.",
            theses=True,
            talks=(
                "О. С. Ёлкина – предложила провести семинар-практикум 12 ноября 2026 г.",
                "Р. И. Мамедов – поддержал.",
            ),
            decisions=(
                Decision(text="Принять информацию к сведению."),
                Decision(
                    text="Подготовить банк заданий по функциональной грамотности",
                    responsible="творческая группа «Наставник»",
                    due=date(2026, 12, 20),
                ),
            ),
            vote=Vote(in_favour=20, against=0, abstained=2),
        ),
        AgendaItem(
            wording="Об утверждении плана работы на 2026/2027 уч. год.",
            speaker="А. Ф. Соловьёва, руководитель ММО",
            heard="познакомила с проектом плана.",
            decisions=(Decision(text="Утвердить план работы ММО"),),
            vote=Vote(in_favour=24, unanimous=True),
        ),
    )


def protocol(**changes) -> ProtocolDocument:
    data = {
        "institution": INSTITUTION,
        "association": "учителей математики",
        "held_on": date(2026, 10, 12),
        "number": 2,
        "topic": "Анализ результатов государственной итоговой аттестации и задачи на новый учебный год",
        "place": "МБОУ «Гимназия № 23», актовый зал",
        "starts": time(14, 30),
        "ends": time(16, 0),
        "chair": CHAIR,
        "secretary": SECRETARY,
        "present": crowd(24),
        "absent": crowd(27)[24:],
        "guests": (Guest(name="В. С. Третьякова", position="методист"),),
        "agenda": agenda(),
        "annexes": (Annex("Лист регистрации", 2), Annex("Тезисы выступлений", 3)),
        "as_of": AS_OF,
    }
    return ProtocolDocument(**{**data, **changes})


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


def report(**changes) -> ReportDocument:
    data = {
        "institution": INSTITUTION,
        "regulation": regulation(),
        "association": "учителей математики",
        "year": YEAR,
        "leader": LEADER,
        "sections": report_sections(),
        "appendices": appendices(),
        "as_of": AS_OF,
    }
    return ReportDocument(**{**data, **changes})


OFFICER = Officer(
    name=LEADER.name, accusative="Соловьёву Алёну Фёдоровну, учителя математики МБОУ «Гимназия № 23»"
)
CREATION = Creation(
    starts=date(2026, 9, 15),
    initiator="управления образования Администрации города Иваново",
    ground="необходимостью методического сопровождения учителей математики",
    members=crowd(14),
    leader=OFFICER,
)
APPOINTMENT = Appointment(
    officer=OFFICER,
    starts=date(2026, 9, 15),
    plan_due=date(2026, 10, 1),
    report_due=date(2027, 6, 20),
    repeals=OrderReference(signed_on=date(2024, 9, 2), number="31-од"),
)
ACTING = Acting(
    officer=OFFICER, starts=date(2027, 1, 11), ends=date(2027, 2, 5), reason="в связи с отпуском руководителя"
)


def order(**changes) -> OrderDocument:
    data = {
        "institution": INSTITUTION,
        "regulation": regulation(),
        "association": "учителей математики",
        "content": CREATION,
        "number": "47-од",
        "signed_on": date(2026, 9, 14),
        "acquainted": (LEADER.name,),
        "as_of": AS_OF,
    }
    return OrderDocument(**{**data, **changes})


def attendance_sheet(**changes) -> AttendanceSheet:
    data = {
        "institution": INSTITUTION,
        "association": "учителей математики",
        "topic": "Анализ результатов государственной итоговой аттестации и задачи на новый учебный год",
        "held_on": date(2026, 10, 12),
        "people": crowd(24),
        "as_of": AS_OF,
    }
    return AttendanceSheet(**{**data, **changes})

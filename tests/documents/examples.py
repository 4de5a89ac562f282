"""One association's year as plain data, and the hard names and texts of the sample city."""

from datetime import UTC, date, datetime, time

from mmo_lti.documents.attendance_sheet import AttendanceSheet
from mmo_lti.documents.order import Acting, Appointment, Creation, Officer, OrderDocument, OrderReference
from mmo_lti.documents.parties import Institution, Person, Signatory
from mmo_lti.documents.plan import Agreed, Month, PlanDocument, PlanItem, Proposals
from mmo_lti.documents.protocol import AgendaItem, Annex, Decision, Guest, ProtocolDocument, Vote
from mmo_lti.documents.report import ReportDocument
from mmo_lti.rules.names import PersonName
from mmo_lti.rules.regulation import regulation
from mmo_lti.rules.year import AcademicYear
from tests.documents.sample_city import city, crowd
from tests.documents.sample_year import appendices, report_sections

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

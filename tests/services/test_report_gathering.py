"""What the report gathers by itself, and how changes show (R15)."""

from datetime import date

from sqlalchemy.orm import Session

from mmo_lti.models.achievement import Achievement
from mmo_lti.models.association import Association
from mmo_lti.models.meeting import Attendance, AttendanceMark, MeetingMove
from mmo_lti.models.person import Person
from mmo_lti.rules.activity import Level
from mmo_lti.rules.states import MeetingState, PlanState, ProtocolState, ReportState
from mmo_lti.rules.year import AcademicYear
from mmo_lti.services import report as reports
from mmo_lti.services.actor import Actor
from mmo_lti.services.report_change import since_assembled, since_words
from mmo_lti.services.report_gathering import gather
from tests.factories.meeting import make_meeting
from tests.factories.moment import moment
from tests.factories.plan import make_plan
from tests.factories.protocol import make_protocol
from tests.factories.report import make_report
from tests.factories.stored_file import make_stored_file

YEAR = AcademicYear(2026)
JUNE = moment(2027, 6, 10)
WORDS = {str(section): "нет" for section in range(3, 8)} | {"8": "Мало часов", "9": "Наставничество"}


def rows(gathered: dict[str, list[dict[str, object]]], section: int) -> list[dict[str, object]]:
    return gathered[str(section)]


def achieve(session: Session, association: Association, person: Person, **fields: object) -> None:
    values = {"title": "Работа", "day": date(2026, 11, 3), "created_at": JUNE, "year": 2026} | fields
    session.add(
        Achievement(
            centre_id=association.centre_id,
            association_id=association.id,
            person_id=person.id,
            **values,
        )
    )
    session.flush()


def test_section_1_says_what_was_held_with_protocol_topic_and_people(
    session: Session, association: Association, teachers: list[Person]
) -> None:
    plan = make_plan(session, association, state=PlanState.AGREED)
    held = MeetingState.HELD
    first = make_meeting(
        session, association, moment(2026, 10, 12), state=held, item_uid=plan.items[0].uid, topic="А"
    )
    make_protocol(session, first, ProtocolState.LODGED)
    session.add(
        Attendance(
            centre_id=first.centre_id,
            meeting_id=first.id,
            person_id=teachers[0].id,
            mark=AttendanceMark.PRESENT,
        )
    )
    second = make_meeting(session, association, moment(2027, 1, 20), state=held, topic="Б")
    make_protocol(session, second, ProtocolState.RETURNED)
    make_meeting(
        session,
        association,
        moment(2027, 2, 3),
        state=held,
        is_meeting=False,
        form="мастер-класс",
        topic="В",
    )
    make_meeting(session, association, moment(2027, 3, 3), topic="не проведено")
    gathered = gather(session, make_report(session, association))
    assert [
        (row["row"], row["topic"], row.get("protocol"), row.get("present"), row["unplanned"])
        for row in rows(gathered, 1)
    ] == [("meeting", "А", 1, 1, False), ("meeting", "Б", None, 0, True), ("event", "В", None, None, True)]
    assert gathered["sources"]["1"][0] == f"/a/MMO-02/2026-27/meetings/{first.number}"


def test_section_2_says_what_became_of_the_plan(session: Session, association: Association) -> None:
    plan = make_plan(session, association, state=PlanState.AGREED, theme="Год наставника")
    done, moved, cancelled = plan.items
    make_meeting(session, association, moment(2026, 10, 12), state=MeetingState.HELD, item_uid=done.uid)
    late = make_meeting(session, association, moment(2027, 2, 3), state=MeetingState.HELD, item_uid=moved.uid)
    session.add(
        MeetingMove(
            centre_id=late.centre_id,
            meeting_id=late.id,
            old_starts_at=moment(2027, 1, 20),
            new_starts_at=moment(2027, 2, 3),
            reason="Карантин",
            moved_at=moment(2027, 1, 15),
        )
    )
    make_meeting(
        session,
        association,
        moment(2027, 4, 3),
        state=MeetingState.CANCELLED,
        item_uid=cancelled.uid,
        cancel_reason="Болезнь",
    )
    gathered = gather(session, make_report(session, association))
    assert [(row["row"], row.get("text") or row.get("outcome")) for row in rows(gathered, 2)] == [
        ("theme", "Год наставника"),
        ("priority", "Функциональная грамотность"),
        ("plan", "done"),
        ("plan", "moved"),
        ("plan", "done"),
        ("plan", "cancelled"),
    ]
    assert [row["reason"] for row in rows(gathered, 2) if row.get("outcome") in {"moved", "cancelled"}] == [
        "Карантин",
        "Болезнь",
    ]


def test_sections_3_to_7_take_achievements_of_their_kinds(
    session: Session, association: Association, teachers: list[Person]
) -> None:
    one = teachers[0]
    achieve(session, association, one, kind="experience", level="municipal")
    achieve(session, association, one, kind="talk")
    achieve(session, association, one, kind="contest", level="regional", result="лауреат")
    achieve(session, association, one, kind="open_event", level="municipal", part="participation")
    achieve(session, association, one, kind="open_event", level="organisation", part="conduct")
    achieve(session, association, one, kind="publication", publisher="centre")
    achieve(session, association, one, kind="mentoring", title="Зайцева О. П.")
    one.young = True
    make_meeting(
        session,
        association,
        moment(2027, 2, 3),
        state=MeetingState.HELD,
        is_meeting=False,
        level=Level.MUNICIPAL,
        for_young=True,
        form="мастер-класс",
    )
    gathered = gather(session, make_report(session, association))
    assert [len(rows(gathered, section)) for section in range(3, 10)] == [2, 1, 2, 1, 3, 0, 0]
    assert [row["part"] for row in rows(gathered, 5)] == ["conduct", "participation"]
    assert [row["row"] for row in rows(gathered, 7)] == ["young_event", "pair", "young_members"]
    assert str(rows(gathered, 4)[0]["person"]).startswith("Белова Анна Ивановна")


def test_what_happened_after_last_years_report_stands_in_the_next_one(
    session: Session, association: Association, teachers: list[Person]
) -> None:
    make_report(
        session,
        association,
        2025,
        ReportState.ACCEPTED,
        first_submitted_at=moment(2026, 6, 15),
        submitted_at=moment(2026, 6, 15),
    )
    make_meeting(session, association, moment(2026, 6, 10), state=MeetingState.HELD, topic="раньше")
    make_meeting(session, association, moment(2026, 6, 25), state=MeetingState.HELD, topic="позже")
    achieve(session, association, teachers[0], kind="talk", year=2025, day=date(2026, 6, 14))
    achieve(session, association, teachers[0], kind="talk", year=2025, day=date(2026, 6, 20))
    gathered = gather(session, make_report(session, association))
    assert [(row["topic"], row["after_last_report"]) for row in rows(gathered, 1)] == [("позже", True)]
    assert [row["day"] for row in rows(gathered, 3)] == ["2026-06-20"]


def test_r14_5_appendices_hold_all_signed_protocols_with_their_state_and_theses(
    session: Session, association: Association
) -> None:
    states = [ProtocolState.ACCEPTED, ProtocolState.LODGED, ProtocolState.RETURNED, ProtocolState.DRAFT]
    for month, state in zip((10, 11, 12, 9), states, strict=True):
        meeting = make_meeting(session, association, moment(2026, month, 12), state=MeetingState.HELD)
        scan = make_stored_file(session, association, "protocol_scan", f"{month}.pdf", pages=2)
        make_protocol(session, meeting, state, scan_id=scan.id)
    make_stored_file(session, association, "theses", "theses.pdf", year=2026, title="О чтении")
    appendices = gather(session, make_report(session, association))["appendices"]
    assert [(line["number"], line["title"], line["sheets"], line["state"]) for line in appendices] == [
        ("1.1", "Протокол № 1", 2, "accepted"),
        ("1.2", "Протокол № 2", 2, "lodged"),
        ("2.1", "О чтении", None, None),
    ]


def test_words_stay_when_rows_change_and_the_change_is_shown(
    session: Session, leader: Actor, association: Association, teachers: list[Person]
) -> None:
    report = reports.open_report(session, leader, association, YEAR, JUNE)
    achieve(session, association, teachers[0], kind="contest", level="regional", title="Учитель года")
    report.gathered = gather(session, report)
    reports.write_words(session, leader, report, 4, "Хороший год", JUNE)
    assert since_words(report) == []
    achieve(session, association, teachers[1], kind="contest", level="regional", title="Педдебют")
    [change] = since_assembled(session, report)
    assert (change.section, len(change.came), change.went) == (4, 1, ())
    report.gathered = gather(session, report)
    [change] = since_words(report)
    assert [getattr(row, "title", "") for row in change.came] == ["Педдебют"]
    assert report.words["4"] == "Хороший год"

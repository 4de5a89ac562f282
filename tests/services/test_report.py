"""The annual report by the cases of R14: gathered, worded, sent, accepted or returned."""

from datetime import date, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mmo_lti.models.achievement import Achievement
from mmo_lti.models.association import Association
from mmo_lti.models.centre import Centre
from mmo_lti.models.meeting import Attendance, AttendanceMark, MeetingMove
from mmo_lti.models.notice import Notice
from mmo_lti.models.office import OfficeKind
from mmo_lti.models.outbox import OutboxRow
from mmo_lti.models.person import Person
from mmo_lti.models.report import Report
from mmo_lti.rules.activity import Level
from mmo_lti.rules.errors import Denied, MoveRefused, RuleError
from mmo_lti.rules.states import MeetingState, PlanState, ProtocolState, ReportState
from mmo_lti.rules.year import AcademicYear
from mmo_lti.services import report as reports
from mmo_lti.services.actor import Actor
from mmo_lti.services.permission import NotFound
from mmo_lti.services.report_assembling import fail_assembling, start_assembling
from mmo_lti.services.report_change import since_assembled, since_words
from mmo_lti.services.report_document import build
from mmo_lti.services.report_gathering import gather
from tests.factories.meeting import make_meeting
from tests.factories.moment import moment
from tests.factories.office import make_office
from tests.factories.person import actor_of, make_person
from tests.factories.plan import make_plan
from tests.factories.protocol import make_protocol
from tests.factories.report import make_report
from tests.factories.stored_file import make_stored_file

YEAR = AcademicYear(2026)
JUNE = moment(2027, 6, 10)
WORDS = {str(section): "нет" for section in range(3, 8)} | {"8": "Мало часов", "9": "Наставничество"}


@pytest.fixture
def draft(session: Session, association: Association) -> Report:
    """Assembled once, nothing gathered, every section worded."""
    return make_report(session, association, words=dict(WORDS), gathered_at=JUNE)


@pytest.fixture
def submitted(session: Session, leader: Actor, director: Actor, draft: Report) -> Report:
    return reports.submit(session, leader, draft, JUNE)


def notices(session: Session, kind: str) -> list[Notice]:
    return list(session.scalars(select(Notice).where(Notice.kind == kind)))


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


def test_assembling_is_wanted_once_however_often_it_is_clicked(
    session: Session, leader: Actor, association: Association
) -> None:
    report = start_assembling(session, leader, association, YEAR, JUNE)
    name = report.assembling
    assert start_assembling(session, leader, association, YEAR, JUNE) is report
    assert (report.state, report.assembling) == (ReportState.ASSEMBLING, name)
    wanted = session.scalars(select(OutboxRow).where(OutboxRow.kind == "assemble_report")).all()
    assert [row.subject_id for row in wanted] == [report.id]


def test_a_click_revives_an_assembling_that_nobody_works_on_any_more(
    session: Session, leader: Actor, association: Association
) -> None:
    start_assembling(session, leader, association, YEAR, JUNE)
    session.scalars(select(OutboxRow).where(OutboxRow.kind == "assemble_report")).one().dead = True
    start_assembling(session, leader, association, YEAR, JUNE)
    wanted = session.scalars(select(OutboxRow).where(OutboxRow.kind == "assemble_report")).all()
    assert [row.dead for row in wanted] == [True, False]


@pytest.mark.parametrize("state", [ReportState.NONE, ReportState.DRAFT])
def test_a_failed_assembling_goes_back_where_it_was(
    session: Session, leader: Actor, association: Association, state: ReportState
) -> None:
    make_report(session, association, state=state, words={"8": "Мало часов"})
    report = start_assembling(session, leader, association, YEAR, JUNE)
    assert fail_assembling(session, report, "template_refused", JUNE)
    assert (report.state, report.failure, report.words) == (state, "template_refused", {"8": "Мало часов"})
    assert not fail_assembling(session, report, "template_refused", JUNE)


def test_a_report_is_not_assembled_before_its_year_nor_after_it_was_sent(
    session: Session, leader: Actor, association: Association, submitted: Report
) -> None:
    with pytest.raises(RuleError) as early:
        start_assembling(session, leader, association, AcademicYear(2027), JUNE)
    assert early.value.code == "report.too_early"
    with pytest.raises(RuleError) as sent:
        start_assembling(session, leader, association, YEAR, JUNE)
    assert sent.value.code == "report.submitted"


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


def test_r14_1_in_time_until_20_june_23_59_59_local(
    session: Session, leader: Actor, director: Actor, draft: Report
) -> None:
    reports.submit(session, leader, draft, datetime.fromisoformat("2027-06-20T23:59:59+03:00"))
    assert (draft.state, draft.days_late) == (ReportState.SUBMITTED, 0)
    [notice] = notices(session, "report_submitted")
    assert (notice.person_id, notice.params["days_late"]) == (director.person_id, 0)


def test_r14_1_late_by_one_day_from_21_june_00_00_local_and_still_sent(
    session: Session, leader: Actor, draft: Report
) -> None:
    reports.submit(session, leader, draft, datetime.fromisoformat("2027-06-21T00:00:00+03:00"))
    assert (draft.state, draft.days_late) == (ReportState.SUBMITTED, 1)


def test_r14_2_returned_after_the_term_stays_in_time_and_has_days_to_mend(
    session: Session, leader: Actor, director: Actor, submitted: Report
) -> None:
    reports.return_report(session, director, submitted, "Добавьте выводы", moment(2027, 6, 24))
    assert (submitted.state, submitted.fix_due_on) == (ReportState.RETURNED, date(2027, 7, 1))
    [notice] = notices(session, "report_returned")
    assert (notice.person_id, notice.params["due"]) == (leader.person_id, "2027-07-01")
    reports.write_words(session, leader, submitted, 8, "Выводы", moment(2027, 6, 25))
    assert submitted.state is ReportState.DRAFT
    reports.submit(session, leader, submitted, moment(2027, 7, 1))
    assert (submitted.days_late, submitted.fixed_late, submitted.first_submitted_at) == (0, False, JUNE)


def test_r14_2_mended_later_is_still_in_time_and_marked(
    session: Session, leader: Actor, director: Actor, submitted: Report
) -> None:
    reports.return_report(session, director, submitted, "Добавьте выводы", moment(2027, 6, 24))
    reports.submit(session, leader, submitted, moment(2027, 7, 2))
    assert (submitted.days_late, submitted.fixed_late) == (0, True)


@pytest.mark.parametrize(
    ("words", "missing"),
    [
        ({}, (3, 4, 5, 6, 7, 8, 9)),
        (WORDS | {"3": " ", "7": "–"}, (3, 7)),
        (WORDS | {"8": "Нет."}, (8,)),
        (WORDS | {"9": ""}, (9,)),
    ],
)
def test_r14_3_sections_that_say_nothing_are_named_together(
    session: Session, leader: Actor, draft: Report, words: dict[str, str], missing: tuple[int, ...]
) -> None:
    draft.words = words
    with pytest.raises(RuleError) as refused:
        reports.submit(session, leader, draft, JUNE)
    assert (refused.value.code, refused.value.params["sections"]) == ("R14.3", missing)
    assert draft.state is ReportState.DRAFT


def test_r14_4_nobody_but_the_leader_sends_it(
    session: Session, member: Actor, coordinator: Actor, draft: Report
) -> None:
    for actor in (member, coordinator):
        with pytest.raises(Denied) as refused:
            reports.submit(session, actor, draft, JUNE)
        assert refused.value.code == "R14.4"


def test_r14_4_the_coordinator_sends_it_for_an_absent_leader_stamped(
    session: Session, coordinator: Actor, draft: Report
) -> None:
    reports.submit(session, coordinator, draft, moment(2027, 6, 22), reason="Руководитель уволился")
    assert (draft.submitted_for_leader, draft.days_late) == ("Руководитель уволился", 2)


def test_a_report_that_was_never_assembled_is_not_sent(
    session: Session, leader: Actor, association: Association
) -> None:
    report = make_report(session, association, words=dict(WORDS))
    with pytest.raises(RuleError) as refused:
        reports.submit(session, leader, report, JUNE)
    assert refused.value.code == "report.not_assembled"


def test_sent_twice_is_sent_once_and_words_are_frozen(
    session: Session, leader: Actor, submitted: Report
) -> None:
    reports.submit(session, leader, submitted, moment(2027, 6, 11))
    assert submitted.submitted_at == JUNE
    with pytest.raises(RuleError) as refused:
        reports.write_words(session, leader, submitted, 8, "Другое", JUNE)
    assert refused.value.code == "report.submitted"


def test_the_director_accepts_once_and_the_leader_is_told(
    session: Session, leader: Actor, director: Actor, submitted: Report
) -> None:
    reports.accept(session, director, submitted, moment(2027, 6, 12))
    [notice] = notices(session, "report_accepted")
    assert (submitted.state, notice.person_id) == (ReportState.ACCEPTED, leader.person_id)
    with pytest.raises(RuleError) as refused:
        reports.accept(session, director, submitted, moment(2027, 6, 13))
    assert (refused.value.code, refused.value.params["at"]) == ("report.accepted", moment(2027, 6, 12))


def test_returning_needs_words(session: Session, director: Actor, submitted: Report) -> None:
    with pytest.raises(RuleError) as refused:
        reports.return_report(session, director, submitted, " ", JUNE)
    assert refused.value.code == "R14.words"


def test_a_draft_is_not_accepted_and_a_leader_accepts_nothing(
    session: Session, leader: Actor, director: Actor, draft: Report
) -> None:
    with pytest.raises(MoveRefused):
        reports.accept(session, director, draft, JUNE)
    with pytest.raises(Denied):
        reports.accept(session, leader, draft, JUNE)


def test_nobody_accepts_what_they_sent(
    session: Session, coordinator_person: Person, coordinator: Actor, draft: Report
) -> None:
    reports.submit(session, coordinator, draft, JUNE, reason="Руководитель болен")
    make_office(session, coordinator_person, OfficeKind.ACTING_DIRECTOR)
    with pytest.raises(Denied):
        reports.accept(session, coordinator, draft, JUNE)


def test_the_document_carries_words_rows_and_marks(
    session: Session, director: Actor, submitted: Report
) -> None:
    reports.accept(session, director, submitted, moment(2027, 6, 12))
    document = build(session, submitted, moment(2027, 6, 12))
    assert [section.words for section in document.sections][7:] == ["Мало часов", "Наставничество"]
    assert document.submitted is not None
    assert (document.submitted.on, document.submitted.days_late) == (date(2027, 6, 10), 0)
    assert document.accepted is not None
    assert (document.accepted.by.name.last, document.accepted.by.post) == ("Соловьёв", "Директор")
    assert document.leader.name.last == "Абрамова"


def test_a_report_of_another_centre_is_not_told_apart_from_none(
    session: Session, other_centre: Centre, submitted: Report
) -> None:
    stranger = make_person(session, other_centre, "Чужая", employed=False)
    make_office(session, stranger, OfficeKind.DIRECTOR)
    with pytest.raises(NotFound):
        reports.accept(session, actor_of(stranger), submitted, JUNE)

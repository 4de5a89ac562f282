"""The annual report by the cases of R14: gathered, worded, sent, accepted or returned."""

from datetime import date, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mmo_lti.models.achievement import Achievement
from mmo_lti.models.association import Association
from mmo_lti.models.centre import Centre
from mmo_lti.models.office import OfficeKind
from mmo_lti.models.outbox import OutboxRow
from mmo_lti.models.person import Person
from mmo_lti.models.report import Report
from mmo_lti.rules.errors import Denied, RuleError
from mmo_lti.rules.states import ReportState
from mmo_lti.rules.year import AcademicYear
from mmo_lti.services import report as reports
from mmo_lti.services.actor import Actor
from mmo_lti.services.permission import NotFound
from mmo_lti.services.report_assembling import fail_assembling, start_assembling
from mmo_lti.services.report_document import build
from tests.factories.moment import moment
from tests.factories.office import make_office
from tests.factories.person import actor_of, make_person
from tests.factories.report import make_report
from tests.services.noticed import notices

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
    assert [row.dead for row in wanted] == [False]


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


def test_a_second_return_finds_the_first_ones_stamp(
    session: Session, director: Actor, submitted: Report
) -> None:
    reports.return_report(session, director, submitted, "Нет раздела 8", JUNE)
    for again in (
        lambda: reports.return_report(session, director, submitted, "Нет раздела 8", JUNE),
        lambda: reports.accept(session, director, submitted, JUNE),
    ):
        with pytest.raises(RuleError) as refused:
            again()
        assert (refused.value.code, refused.value.params["at"]) == ("report.returned", JUNE)


def test_a_draft_is_not_accepted_and_a_leader_accepts_nothing(
    session: Session, leader: Actor, director: Actor, draft: Report
) -> None:
    with pytest.raises(RuleError) as refused:
        reports.accept(session, director, draft, JUNE)
    assert refused.value.code == "report.not_waiting"
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

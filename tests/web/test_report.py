"""The annual report: gathered, put into words, sent; what each role sees of it."""

from datetime import date

import pytest
from sqlalchemy import func, select

from mmo_lti.installation import Installation
from mmo_lti.models.achievement import Achievement
from mmo_lti.models.database import Database
from mmo_lti.models.journal import JournalEntry
from mmo_lti.models.meeting import Meeting
from mmo_lti.models.outbox import OutboxRow
from mmo_lti.models.report import Report
from mmo_lti.rules.states import MeetingState, ReportState
from mmo_lti.services.report_assembly import assemble
from tests.factories.meeting import make_meeting
from tests.factories.membership import make_helper
from tests.factories.moment import NOW, moment
from tests.factories.report import make_report
from tests.web.conftest import City, ClientFor, Clock
from tests.web.page import follow, press, read, see
from tests.web.visitor import Visitor

PAGE = "/a/MMO-02/2026-27/report"
MEETING = {"type": "meeting_held"}
WORDS = {f"words-{section}": "нет" for section in range(3, 8)} | {
    "words-8": "Мало мест для очных встреч.",
    "words-9": "Подготовка молодых учителей.",
}


@pytest.fixture(autouse=True)
def _june(clock: Clock) -> None:
    clock.at = moment(2027, 6, 10)


@pytest.fixture
def meeting(database: Database, city: City) -> Meeting:
    with database.write() as session:
        return make_meeting(
            session, city.association, moment(2026, 10, 12), number=1, state=MeetingState.HELD, topic="О ГИА"
        )


@pytest.fixture
def gathered(
    database: Database, city: City, meeting: Meeting, leader: Visitor, app_site: Installation
) -> Report:
    """Assembled by the job, as the worker does it."""
    follow(leader, press(leader, PAGE, "Сформировать отчёт"))
    report = found(database)
    assert report is not None
    assert assemble(app_site.database, app_site.store, report.id, moment(2027, 6, 10))
    return report


@pytest.fixture
def app_site(app) -> Installation:
    site: Installation = app.extensions["mmo"]
    return site


def found(database: Database) -> Report | None:
    with database.read() as session:
        return session.scalars(select(Report).where(Report.year == 2026)).one_or_none()


def words(database: Database) -> dict[str, str]:
    report = found(database)
    assert report is not None
    return {key: text for key, text in report.words.items() if text}


class TestWay:
    def test_gather_write_send(self, leader: Visitor, database: Database, gathered: Report) -> None:
        page = see(leader, PAGE)
        assert page.primary == ["Сохранить слова"]
        assert "Отправьте директору не позднее 20 июня 2027 г., осталось 10 дней." in page
        assert "Осталось заполнить 7 разделов:" in page
        assert "#section-8" in page.links()
        assert "12.10.2026, протокол оформляется. Тема: О ГИА." in page
        page = follow(leader, press(leader, PAGE, "Сохранить слова", WORDS, times=2))
        assert "все разделы заполнены" in page
        assert page.primary == ["Отправить директору"]
        page = follow(leader, press(leader, PAGE, "Отправить директору", times=2))
        assert "Отчёт отправлен директору." in page
        assert "Отчёт отправлен вовремя. Отправлен 10 июня 2027 г., 12:00." in page
        assert page.primary == []
        assert page.buttons == set()

    def test_before_gathering_the_first_step_is_said(self, leader: Visitor, meeting: Meeting) -> None:
        page = see(leader, PAGE)
        assert page.primary == ["Сформировать отчёт"]
        assert "Сначала сформируйте отчёт" in page
        assert "Заседания не проводились" not in page
        assert len(page.tree.xpath("//textarea")) == 9

    def test_while_it_is_assembled_the_page_says_how_far(
        self, leader: Visitor, database: Database, meeting: Meeting
    ) -> None:
        page = follow(leader, press(leader, PAGE, "Сформировать отчёт", times=2))
        assert page.buttons == set()
        assert "Собираем заседания, план и достижения…" in page
        assert page.tree.xpath("//*[@role='progressbar']/@aria-valuenow") == ["0"]
        assert page.tree.xpath("//*[@data-progress]/@data-progress") == [f"{PAGE}/progress"]
        with database.write() as session:
            session.scalars(select(Report)).one().steps_done = 2
            session.scalars(select(Report)).one().step = "pdf"
        state = leader.get(f"{PAGE}/progress").get_json()
        assert state == {"finished": False, "percent": 40, "words": "Готовим архивный PDF…"}
        with database.read() as session:
            kinds = session.scalars(select(OutboxRow.kind)).all()
        assert kinds.count("assemble_report") == 1

    def test_when_it_is_done_the_waiting_page_learns_so(self, leader: Visitor, gathered: Report) -> None:
        assert leader.get(f"{PAGE}/progress").get_json()["finished"] is True
        assert {"PDF для архива", "DOCX для правки", "С протоколами, для чтения"} <= {
            " ".join(link.itertext()) for link in see(leader, PAGE).tree.xpath("//a")
        }

    def test_a_failed_assembling_says_what_to_do(
        self, leader: Visitor, database: Database, city: City
    ) -> None:
        with database.write() as session:
            make_report(session, city.association, 2026, ReportState.NONE, failure="report.failed")
        page = see(leader, PAGE)
        assert "Ваши слова целы – попробуйте ещё раз" in page
        assert page.primary == ["Сформировать отчёт"]


class TestWords:
    def test_sending_and_gathering_take_along_what_was_typed(
        self, leader: Visitor, database: Database, gathered: Report
    ) -> None:
        follow(leader, press(leader, PAGE, "Собрать заново", {"words-8": "Начато"}))
        assert words(database) == {"8": "Начато"}

    def test_sending_with_gaps_names_them_and_saves_the_words(
        self, leader: Visitor, database: Database, gathered: Report
    ) -> None:
        page = press(leader, PAGE, "Отправить директору", {**WORDS, "words-4": " ", "words-9": "нет"})
        assert page.status == 422
        assert "«Участие в профессиональных конкурсах»" in page.alert
        assert "нельзя закрыть словом «нет»" in page.alert
        kept = page.form("Сохранить слова").values
        assert kept["words-8"] == WORDS["words-8"]
        assert words(database)["8"] == WORDS["words-8"]
        report = found(database)
        assert report is not None
        assert report.state is ReportState.DRAFT

    def test_nine_long_sections_are_no_file_that_is_too_big(
        self, leader: Visitor, database: Database, gathered: Report
    ) -> None:
        long = {f"words-{section}": "Сделано многое. " * 1200 for section in range(1, 10)}
        follow(leader, press(leader, PAGE, "Сохранить слова", long))
        assert len(words(database)) == 9

    def test_a_section_that_is_too_long_stays_on_the_page(
        self, leader: Visitor, database: Database, gathered: Report
    ) -> None:
        page = press(leader, PAGE, "Сохранить слова", {**WORDS, "words-1": "о" * 20_001})
        assert page.status == 422
        assert page.faults == {"words-1": "Слишком длинно: не больше 20000 знаков."}
        assert len(page.form("Сохранить слова").values["words-1"]) == 20_001
        assert words(database) == {}

    def test_sections_that_nobody_touched_leave_no_trace(
        self, leader: Visitor, database: Database, gathered: Report
    ) -> None:
        follow(leader, press(leader, PAGE, "Сохранить слова", {"words-8": "Есть"}, times=2))
        with database.read() as session:
            written = select(func.count(JournalEntry.id)).where(JournalEntry.action == "report.words")
            assert session.scalar(written) == 1

    def test_new_rows_ask_to_gather_anew_and_then_to_look_at_the_words(
        self, leader: Visitor, database: Database, city: City, gathered: Report, app_site: Installation
    ) -> None:
        follow(leader, press(leader, PAGE, "Сохранить слова", {**WORDS, "words-4": "Было немного."}))
        assert "появились новые данные" not in see(leader, PAGE)
        with database.write() as session:
            session.add(
                Achievement(
                    centre_id=city.centre.id, association_id=city.association.id, person_id=city.member.id,
                    year=2026, kind="contest", title="Учитель года", level="municipal", day=date(2027, 3, 1),
                    created_at=NOW,
                )
            )  # fmt: skip
        assert "После сборки появились новые данные в 1 разделе." in see(leader, PAGE)
        follow(leader, press(leader, PAGE, "Собрать заново"))
        assert assemble(app_site.database, app_site.store, gathered.id, moment(2027, 6, 10, 10))
        page = see(leader, PAGE)
        assert "Учитель года" in page
        assert "данные изменились после того, как вы писали" in page
        assert page.form("Сохранить слова").values["words-4"] == "Было немного."
        page = follow(leader, press(leader, PAGE, "Сохранить слова", {"seen-4": "1"}))
        assert "данные изменились" not in page

    def test_where_rows_come_from_can_be_opened(self, leader: Visitor, gathered: Report) -> None:
        page = see(leader, PAGE)
        assert page.tree.xpath("//details//a[@href='/a/MMO-02/2026-27/meetings/1']/text()") == ["О ГИА"]


class TestRoles:
    def test_a_helper_prepares_and_does_not_send(
        self, client_for: ClientFor, database: Database, city: City, gathered: Report
    ) -> None:
        with database.write() as session:
            make_helper(session, city.association, city.members[1])
        helper = client_for(city.members[1])
        page = follow(helper, press(helper, PAGE, "Сохранить слова", WORDS))
        assert "Отправить директору" not in page.buttons
        assert "Собрать заново" in page.buttons
        refused = read(helper.post(PAGE, {"act": "submit"}))
        assert refused.status == 422
        assert refused.alert == "Отчёт отправляет руководитель ММО."

    def test_members_and_the_director_wait_for_it(
        self, member: Visitor, director: Visitor, gathered: Report
    ) -> None:
        for visitor in (member, director):
            page = see(visitor, PAGE)
            assert "Отчёт появится здесь" in page
            assert "О ГИА" not in page
            assert page.buttons == set()
            assert visitor.get(f"{PAGE}/progress").get_json()["finished"] is True

    def test_the_director_accepts_and_members_read_it(
        self, leader: Visitor, director: Visitor, member: Visitor, gathered: Report
    ) -> None:
        follow(leader, press(leader, PAGE, "Отправить директору", WORDS))
        page = see(director, PAGE)
        assert page.primary == ["Принять отчёт"]
        assert "Мало мест для очных встреч." in page
        follow(director, press(director, PAGE, "Принять отчёт"))
        page = see(member, PAGE)
        assert "Принят 10 июня 2027 г., 12:00." in page
        assert "Подготовка молодых учителей." in page
        assert page.tree.xpath("//textarea") == []

    def test_a_return_shows_words_term_and_that_nothing_is_late(
        self, leader: Visitor, director: Visitor, gathered: Report
    ) -> None:
        follow(leader, press(leader, PAGE, "Отправить директору", WORDS))
        follow(director, press(director, PAGE, "Вернуть с замечаниями", {"words": "Раздел 5 пуст"}))
        page = see(leader, PAGE)
        assert "Замечания директора: Раздел 5 пуст" in page
        assert "Срок сдачи не нарушен." in page
        assert page.primary == ["Отправить директору"]

    def test_for_an_absent_leader_the_coordinator_sends_with_a_reason(
        self, leader: Visitor, coordinator: Visitor, gathered: Report
    ) -> None:
        follow(leader, press(leader, PAGE, "Сохранить слова", WORDS))
        page = see(coordinator, PAGE)
        assert page.buttons == {"Отправить за руководителя"}
        assert press(coordinator, PAGE, "Отправить за руководителя", {"reason": ""}).status == 422
        page = follow(
            coordinator, press(coordinator, PAGE, "Отправить за руководителя", {"reason": "Уволилась"})
        )
        assert "Отправлен координатором за руководителя: Уволилась" in page

    def test_outsiders_do_not_see_it(
        self, outsider: Visitor, administrator: Visitor, gathered: Report
    ) -> None:
        for visitor in (outsider, administrator):
            see(visitor, PAGE, 403)
            assert visitor.get(f"{PAGE}/progress").status_code == 403


def test_late_is_said_in_days(leader: Visitor, clock: Clock, gathered: Report) -> None:
    clock.at = moment(2027, 6, 22)
    assert "просрочено на 2 дня" in see(leader, PAGE)
    page = follow(leader, press(leader, PAGE, "Отправить директору", WORDS))
    assert "Отчёт отправлен с опозданием на 2 дня." in page


def test_a_year_that_has_not_begun_is_refused(leader: Visitor) -> None:
    ahead = "/a/MMO-02/2027-28/report"
    page = press(leader, ahead, "Сформировать отчёт", {"words-8": "Рано"})
    assert page.status == 422
    assert page.form("Сформировать отчёт").values["words-8"] == "Рано"
    assert ahead not in see(leader, PAGE).links()


def test_a_foreign_form_changes_nothing(leader: Visitor, database: Database, meeting: Meeting) -> None:
    for act in ("assemble", "write", "submit"):
        assert leader.post(PAGE, {"act": act, **WORDS}, csrf="foreign").status_code == 403
    assert found(database) is None


def test_what_is_not_there_is_nothing(leader: Visitor) -> None:
    assert leader.post(PAGE, {"act": "burn"}).status_code == 404
    assert leader.post(PAGE, {"act": "submit"}).status_code == 404

"""The page of a protocol: writing it, the signed scan, handing it in, what others see of it."""

import pytest

from mmo_lti.models.database import Database
from mmo_lti.models.meeting import AgendaItem, Meeting
from mmo_lti.models.protocol import Protocol
from mmo_lti.rules.states import ProtocolState
from tests.factories.centre import make_centre
from tests.factories.meeting import make_meeting
from tests.factories.membership import make_helper
from tests.factories.moment import NOW, moment
from tests.factories.protocol import make_protocol
from tests.factories.stored_file import make_stored_file
from tests.web.conftest import City, ClientFor
from tests.web.page import follow, press, read, see
from tests.web.papers import scan, upload
from tests.web.protocol_writing import NOTED, PAGE, begin_protocol, filled, item, lay, now, question_of
from tests.web.visitor import Visitor


@pytest.fixture
def protocol(database: Database, city: City) -> Protocol:
    with database.write() as session:
        return begin_protocol(session, city)


@pytest.fixture
def question(database: Database, protocol: Protocol) -> int:
    return question_of(database)


@pytest.fixture
def helper(client_for: ClientFor, database: Database, city: City) -> Visitor:
    with database.write() as session:
        make_helper(session, city.association, city.members[1])
    return client_for(city.members[1])


class TestWayToLodging:
    def test_write_lay_the_scan_hand_in(
        self, leader: Visitor, database: Database, city: City, question: int
    ) -> None:
        page = see(leader, PAGE)
        assert page.primary == ["Сохранить"]
        assert "Сдайте не позднее 12 октября 2026 г., осталось 7 дней." in page
        assert "Нет решения по вопросу 1." in page
        assert page.tree.xpath("//li[@aria-current='step']/text()") == ["заполнить"]
        page = follow(leader, press(leader, PAGE, "Сохранить", filled(city, question), times=2))
        assert page.primary == ["Загрузить скан подписанного протокола"]
        assert "Распечатайте его, подпишите и загрузите скан." in page
        page = follow(leader, lay(leader))
        assert page.primary == ["Сдать протокол"]
        assert "protokol-1-2026-27-skan.pdf" in page
        assert "Чтобы сдать протокол, осталось" not in page
        page = follow(leader, press(leader, PAGE, "Сдать протокол", times=2))
        assert "С этого дня заседание засчитывается." in page
        assert "Координатор проверит протокол." in page
        assert page.primary == []
        assert now(database).state is ProtocolState.LODGED
        assert (item(database).decision, item(database).votes_for) == (NOTED, 11)

    def test_handing_in_takes_along_what_was_typed(
        self, leader: Visitor, database: Database, city: City, question: int
    ) -> None:
        lay(leader)
        follow(leader, press(leader, PAGE, "Сдать протокол", filled(city, question)))
        assert now(database).state is ProtocolState.LODGED

    def test_what_is_missing_is_named_at_once_and_what_was_typed_is_saved(
        self, leader: Visitor, database: Database, city: City, question: int
    ) -> None:
        page = press(leader, PAGE, "Сдать протокол", {f"heard-{question}": "Записано"})
        assert page.status == 422
        for words in ("секретаря", "решения по вопросу 1", "скана подписанного протокола"):
            assert words in page.alert
        assert page.form("Сохранить").values[f"heard-{question}"] == "Записано"
        assert item(database).heard == "Записано"
        assert now(database).state is ProtocolState.DRAFT


class TestWriting:
    def test_more_votes_than_people_keep_every_field(
        self, leader: Visitor, database: Database, city: City, question: int
    ) -> None:
        typed = filled(city, question, **{f"for-{question}": "20", f"unanimous-{question}": ""})
        page = press(leader, PAGE, "Сохранить", typed)
        assert page.status == 422
        assert "Число голосов превышает число присутствующих" in page.alert
        kept = page.form("Сохранить").values
        assert kept[f"for-{question}"] == "20"
        assert kept["secretary"] == str(city.member.id)
        assert f"unanimous-{question}" not in kept
        assert item(database).votes_for is None

    def test_one_person_is_not_both(self, leader: Visitor, city: City, question: int) -> None:
        page = press(leader, PAGE, "Сохранить", filled(city, question, secretary=str(city.leader.id)))
        assert page.status == 422
        assert "Председатель и секретарь – разные люди." in page.alert

    def test_a_faulty_number_and_day_stand_at_their_fields(
        self, leader: Visitor, city: City, question: int
    ) -> None:
        typed = filled(city, question, **{f"for-{question}": "все", f"due-{question}": "скоро"})
        page = press(leader, PAGE, "Сохранить", typed)
        assert page.status == 422
        assert set(page.faults) == {f"for-{question}", f"due-{question}"}
        kept = page.form("Сохранить").values
        assert (kept[f"for-{question}"], kept[f"due-{question}"]) == ("все", "скоро")

    def test_a_long_protocol_is_no_file_that_is_too_big(
        self, leader: Visitor, database: Database, city: City, question: int
    ) -> None:
        long = "Обсуждение. " * 1600
        typed = filled(city, question, **{f"heard-{question}": long, f"discussed-{question}": long * 1})
        follow(leader, press(leader, PAGE, "Сохранить", typed))
        assert len(item(database).heard) == len(long.strip())

    def test_the_usual_decision_is_offered_and_not_filled_in(self, leader: Visitor, question: int) -> None:
        page = see(leader, PAGE)
        assert page.form("Сохранить").values[f"decision-{question}"] == ""
        assert page.tree.xpath("//button[@data-put]/@data-words") == [NOTED]

    def test_without_an_agenda_it_leads_to_the_meeting(
        self, leader: Visitor, database: Database, question: int
    ) -> None:
        with database.write() as session:
            session.delete(session.get_one(AgendaItem, question))
        page = see(leader, PAGE)
        assert "внесите их на странице заседания" in page
        assert "/a/MMO-02/2026-27/meetings/1" in page.links()

    def test_a_helper_writes_and_does_not_hand_in(
        self, helper: Visitor, database: Database, city: City, question: int
    ) -> None:
        page = follow(helper, press(helper, PAGE, "Сохранить", filled(city, question)))
        assert "Сдать протокол" not in page.buttons
        follow(helper, lay(helper))
        assert see(helper, PAGE).primary == []
        assert read(helper.post(PAGE, {"act": "lodge"})).status == 422
        assert now(database).state is ProtocolState.DRAFT

    def test_the_question_of_another_meeting_is_nothing(
        self, leader: Visitor, database: Database, city: City, protocol: Protocol
    ) -> None:
        with database.write() as session:
            other = make_meeting(session, city.association, moment(2026, 10, 1), number=9)
            row = AgendaItem(centre_id=other.centre_id, meeting_id=other.id, position=1, wording="О чужом")
            session.add(row)
        sent = {"act": "edit", "chair": "", "secretary": "", "question": str(row.id)}
        assert leader.post(PAGE, sent).status_code == 404


class TestOthers:
    def test_a_draft_is_nothing_for_members_and_the_director(
        self, member: Visitor, director: Visitor, outsider: Visitor, protocol: Protocol
    ) -> None:
        for visitor in (member, director, outsider):
            see(visitor, PAGE, 404)
            assert visitor.post(PAGE, {"act": "lodge"}).status_code == 404
            assert visitor.get(f"{PAGE}/draft.pdf").status_code == 404

    def test_the_coordinator_reviews_what_was_lodged(
        self, coordinator: Visitor, database: Database, city: City, protocol: Protocol
    ) -> None:
        with database.write() as session:
            row = session.get_one(Protocol, protocol.id)
            row.state, row.lodged_at, row.lodged_by = ProtocolState.LODGED, NOW, city.leader.id
        page = see(coordinator, PAGE)
        assert page.primary == ["Принять протокол"]
        assert {"Вернуть с замечаниями", "Аннулировать"} <= page.buttons

    def test_a_returned_one_shows_words_and_its_new_term(
        self, leader: Visitor, database: Database, protocol: Protocol
    ) -> None:
        with database.write() as session:
            row = session.get_one(Protocol, protocol.id)
            row.state, row.remarks, row.fix_due_on = (
                ProtocolState.RETURNED,
                "Нет подписи",
                moment(2026, 10, 12).date(),
            )
        page = see(leader, PAGE)
        assert "Замечания координатора: Нет подписи" in page
        assert "Исправьте не позднее 12 октября 2026 г., осталось 7 дней." in page

    def test_a_void_one_says_why_and_leads_on(
        self, leader: Visitor, database: Database, protocol: Protocol
    ) -> None:
        with database.write() as session:
            row = session.get_one(Protocol, protocol.id)
            row.state, row.void_reason = ProtocolState.VOID, "Не тот бланк"
            make_protocol(session, session.get_one(Meeting, row.meeting_id))
        page = see(leader, PAGE)
        assert "Аннулирован, номер за ним сохранён. Причина: Не тот бланк" in page
        assert "/a/MMO-02/2026-27/protocols/2" in page.links()
        assert page.buttons == set()

    def test_a_correction_hides_no_accepted_protocol(
        self,
        leader: Visitor,
        member: Visitor,
        database: Database,
        city: City,
        protocol: Protocol,
        question: int,
    ) -> None:
        follow(leader, press(leader, PAGE, "Сохранить", filled(city, question)))
        lay(leader)
        follow(leader, press(leader, PAGE, "Сдать протокол"))
        with database.write() as session:
            session.get_one(Protocol, protocol.id).state = ProtocolState.ACCEPTED
        page = follow(leader, press(leader, PAGE, "Исправить", times=2))
        assert "редакция 2" in page
        assert "Редакция 1 принята и остаётся в силе" in page
        follow(leader, press(leader, PAGE, "Сохранить", {f"decision-{question}": "Совсем другое."}))
        page = see(member, PAGE)
        assert f"Постановили: {NOTED}" in page
        assert "Совсем другое" not in page
        assert page.buttons == set()

    def test_for_an_absent_leader_the_coordinator_brings_scan_and_reason(
        self, coordinator: Visitor, leader: Visitor, database: Database, city: City, question: int
    ) -> None:
        follow(leader, press(leader, PAGE, "Сохранить", filled(city, question)))
        page = see(coordinator, PAGE)
        assert page.buttons == {"Загрузить скан за руководителя"}
        assert lay(coordinator).status == 422
        follow(coordinator, lay(coordinator, reason="Больничный"))
        assert press(coordinator, PAGE, "Сдать за руководителя", {"reason": " "}).status == 422
        page = follow(
            coordinator, press(coordinator, PAGE, "Сдать за руководителя", {"reason": "Больничный"})
        )
        assert "Сдан координатором за руководителя: Больничный" in page
        assert page.primary == []
        assert now(database).lodged_for_leader == "Больничный"


@pytest.mark.parametrize("kind", ["pdf", "docx"])
def test_the_paper_is_downloaded_to_be_signed(leader: Visitor, protocol: Protocol, kind: str) -> None:
    answer = leader.get(f"{PAGE}/draft.{kind}")
    assert answer.data.startswith(b"%PDF" if kind == "pdf" else b"PK")
    assert f"protokol-1-2026-27.{kind}" in answer.headers["Content-Disposition"]
    assert "attachment" in answer.headers["Content-Disposition"]


@pytest.mark.parametrize("path", [PAGE, f"{PAGE}/scan"])
def test_a_foreign_form_changes_nothing(
    leader: Visitor, database: Database, question: int, path: str
) -> None:
    sent = {"act": "edit", "chair": "", "secretary": "", "scan": upload(scan(), "p.pdf")}
    answer = leader.post(path, sent, csrf="foreign", content_type="multipart/form-data")
    assert answer.status_code == 403
    assert now(database).scan_id is None
    assert now(database).chair_id is not None


def test_another_centres_protocol_and_scan_are_nothing(
    leader: Visitor, database: Database, city: City, protocol: Protocol
) -> None:
    see(leader, "/a/MMO-02/2026-27/protocols/2", 404)
    see(leader, "/a/MMO-02/2025-26/protocols/1", 404)
    assert leader.post(PAGE, {"act": "burn"}).status_code == 404
    with database.write() as session:
        other = make_centre(session, "https://other.example")
        file = make_stored_file(session, city.association, "protocol_scan", "чужой.pdf")
        file.centre_id, file.association_id = other.id, None
    assert leader.get(f"/files/{file.id}").status_code == 404

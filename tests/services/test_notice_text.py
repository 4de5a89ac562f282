"""Notices read as people write: one sentence, right plurals, a short subject, one link."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from mmo_lti.models.centre import Centre
from mmo_lti.models.notice import Notice
from mmo_lti.models.person import Account
from mmo_lti.services.notice_kind import KINDS
from mmo_lti.services.notice_text import FOLDER, LANGUAGES, language_of, languages_of, letters, render
from tests.factories.moment import moment
from tests.factories.person import make_account, make_person

ZONE = "Europe/Moscow"
SAMPLES: dict[str, Any] = {
    "answer": "Такой семинар уже есть в плане",
    "association": "учителей математики",
    "centre": "МБУ МЦ",
    "count": 5,
    "counted": 2,
    "course": "Методические объединения",
    "day": "2026-10-12",
    "days": 5,
    "days_late": 1,
    "due": "2027-06-20",
    "expected": 2,
    "found": 2,
    "held": 1,
    "kept_until": "2030-12-31",
    "leader": "Абрамова Елена Сергеевна",
    "minimum": 10,
    "now": 21,
    "number": 2,
    "old_starts_at": "2026-10-12T11:30:00+00:00",
    "place": "МБОУ «Гимназия № 23»",
    "reason": "Болезнь докладчика",
    "remarks": "Нет решения по вопросу 2",
    "required": 3,
    "sections": ["Участие в профессиональных конкурсах"],
    "since": "2026-09-21",
    "starts_at": "2026-10-19T11:30:00+00:00",
    "topic": "Чтение как основа «понимания»",
    "total": 40,
    "until": "2026-12-31",
    "was": 120,
    "year": "2026/2027",
}


def a_notice(kind: str, urgent: bool = False, **params: Any) -> Notice:
    values = {name: SAMPLES[name] for name in KINDS[kind].params} | params
    return Notice(kind=kind, params=values, urgent=urgent, code=f"code-{kind}")


def body(kind: str, language: str = "ru", **params: Any) -> str:
    return render(a_notice(kind, **params), language, ZONE).body.replace("\u00a0", " ")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_reads_in_both_languages(kind: str, language: str) -> None:
    letter = render(a_notice(kind), language, ZONE)
    assert 0 < len(letter.subject) <= 60
    assert letter.body.endswith((".", "?"))
    assert ".." not in letter.body
    assert "\n" not in letter.subject + letter.body
    if language == "ru":
        assert not any(word in letter.body for word in ("None", "True", "T11:30"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_is_a_text_for_every_kind_and_no_other(language: str) -> None:
    assert {path.stem for path in (FOLDER / language).iterdir()} == {*KINDS, "digest"}


@given(days=st.integers(0, 400), count=st.integers(0, 400))
@settings(max_examples=40, deadline=None)
def test_any_number_reads_in_any_kind(days: int, count: int) -> None:
    for kind in KINDS.values():
        numbers = dict.fromkeys(kind.params & {"count", "counted", "found", "held", "now"}, count)
        numbers |= {"days": days} if "days" in kind.params else {}
        for language in LANGUAGES:
            assert len(render(a_notice(kind.name, **numbers), language, ZONE).subject) <= 60


def test_a_new_meeting() -> None:
    assert body("meeting_called") == (
        "Заседание ММО учителей математики – 19 октября 2026 г. в 14:30, МБОУ «Гимназия № 23». "
        "Тема: Чтение как основа «понимания». Отметьте, будете ли вы участвовать."
    )


def test_a_meeting_tomorrow_and_in_a_week() -> None:
    assert body("meeting_reminder", days=1) == (
        "Напоминаем: завтра в 14:30 заседание ММО учителей математики, МБОУ «Гимназия № 23»."
    )
    assert body("meeting_reminder", days=7, place="") == (
        "Напоминаем: через 7 дней, 19 октября 2026 г., в 14:30 заседание ММО учителей математики."
    )


def test_an_event_that_is_no_meeting_is_called_by_its_form() -> None:
    assert body("meeting_reminder", days=1, place="", event="семинар-практикум") == (
        "Напоминаем: завтра в 14:30 мероприятие ММО учителей математики (семинар-практикум)."
    )


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (1, "остался 1 день"),
        (2, "осталось 2 дня"),
        (5, "осталось 5 дней"),
        (11, "осталось 11 дней"),
        (21, "остался 21 день"),
        (22, "осталось 22 дня"),
    ],
)
def test_whole_sentences_change_with_the_number(days: int, said: str) -> None:
    assert body("report_due", days=days, sections=[]) == (
        f"До сдачи отчёта ММО учителей математики за 2026/2027 уч. год {said} (20 июня 2027 г.)."
    )


def test_a_new_leader_is_named_to_everybody_alike() -> None:
    assert body("acting_appointed") == (
        "Обязанности руководителя ММО учителей математики с 21 сентября 2026 г. по 31 декабря 2026 г. "
        "включительно исполняет Абрамова Елена Сергеевна (приказ № 2)."
    )


def test_requests_wait_in_the_right_number() -> None:
    assert body("requests_waiting", count=1).endswith("ждёт вашего решения.")
    assert body("requests_waiting", count=2) == (
        "2 заявки на вступление в ММО учителей математики ждут вашего решения."
    )
    assert body("requests_waiting", "en", count=1) == (
        "1 request to join the MMO “учителей математики” waits for your decision."
    )


def test_quotes_within_quotes_are_the_inner_ones() -> None:
    assert "«Чтение как основа „понимания“»" in body("proposal_taken")
    assert "“Чтение как основа ‘понимания’”" in body("proposal_taken", "en")


def test_a_date_at_the_end_has_one_stop() -> None:
    assert body("plan_returned").endswith("не позднее 20 июня 2027 г.")


def test_a_protocol_without_a_number_yet() -> None:
    assert body("protocol_overdue", number=None, days=7).startswith(
        "Срок сдачи протокола ММО учителей математики истёк 7 дней назад."
    )


def test_the_sections_are_named_by_words() -> None:
    assert body("report_due", days=0).endswith(
        "Не заполнены разделы: «Участие в профессиональных конкурсах»."
    )


def test_a_remark_of_several_lines_stays_one_sentence_and_is_no_template() -> None:
    read = body("protocol_returned", remarks="Нет даты.\r\nНет {{ 7 * 7 }} подписи")
    assert "возвращён: Нет даты. Нет {{ 7 * 7 }} подписи. Исправьте" in read


def test_a_long_subject_is_cut_at_a_word() -> None:
    subject = render(a_notice("below_minimum", minimum=int("1" * 60)), "ru", ZONE).subject
    assert subject == "В ММО меньше…"


def test_urgent_ones_go_alone_and_the_rest_in_one_digest() -> None:
    notices = [
        a_notice("plan_agreed"),
        a_notice("meeting_cancelled", urgent=True),
        a_notice("membership_accepted"),
    ]
    found = letters(notices, "ru", ZONE, "https://mmo.example")
    (urgent, alone), (digest, together) = found
    assert alone == [notices[1]]
    assert together == [notices[0], notices[2]]
    assert urgent.body.splitlines()[-1] == "https://mmo.example/go/code-meeting_cancelled"
    assert digest.subject.replace("\u00a0", " ") == "Методические объединения: 2 сообщения"
    assert digest.body.count("https://mmo.example/go/") == 2


def test_one_notice_is_no_digest() -> None:
    [(letter, _)] = letters([a_notice("plan_agreed")], "en", ZONE, "https://mmo.example")
    assert letter.subject == "The plan of 2026/2027 is agreed"


def test_the_language_is_that_of_the_account_launched_last(session: Session, centre: Centre) -> None:
    person, silent = make_person(session, centre), make_person(session, centre)
    [first] = session.scalars(select(Account).where(Account.person_id == person.id))
    second = make_account(session, person)
    first.locale, first.last_launch_at = "ru", moment(2026, 9, 1)
    second.locale, second.last_launch_at = "en-GB", moment(2026, 9, 2)
    session.flush()
    assert languages_of(session, centre.id, [person.id])[person.id] == "en"
    assert languages_of(session, centre.id, [silent.id]).get(silent.id, "ru") == "ru"


@pytest.mark.parametrize(
    ("locale", "language"), [("ru", "ru"), ("en_GB", "en"), ("EN", "en"), ("de-DE", "ru"), ("", "ru")]
)
def test_other_languages_read_russian(locale: str, language: str) -> None:
    assert language_of(locale) == language


def test_moments_are_the_centres_own() -> None:
    letter = render(
        a_notice("meeting_called", starts_at="2026-10-19T20:30:00+00:00"), "ru", "Asia/Yekaterinburg"
    )
    assert "20 октября 2026 г. в 01:30" in letter.body.replace("\u00a0", " ")

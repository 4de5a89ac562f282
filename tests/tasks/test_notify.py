"""Notices leave once: by Moodle message, else by e-mail; what nobody knows is shown and never sent again (R20)."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from mmo_lti.models.notice import Notice
from mmo_lti.services import notice
from mmo_lti.services.clock import wall_clock
from moodle_sync.messages import LONGEST_BYTES
from moodle_sync.sandbox import FaultKind, by_hand
from moodle_sync.sandbox.roles import SERVICE
from tests.factories.person import make_account
from tests.tasks.city import ANNA, ELENA, LEADER, MARIA, City
from tests.tasks.mail_server import MailServer
from tests.tasks.telling import (
    REFUSED,
    SENT,
    UNKNOWN,
    WAITING,
    again,
    fates,
    messages,
    tell,
)

# By Moodle.


def test_a_notice_is_a_message_inside_moodle_with_its_link(told: City) -> None:
    told.work()
    assert fates(told) == [(SENT, "moodle", "")] * 3
    assert [user for user, _ in messages(told)] == [ANNA, MARIA, ELENA]
    with told.worker.database.read() as session:
        first = session.scalars(select(Notice).order_by(Notice.id)).first()
        assert first is not None
        assert f"https://mmo.example/go/{first.code}" in messages(told)[0][1]
        assert first.sent_at == told.clock()


def test_nothing_is_sent_twice(told: City) -> None:
    told.work()
    again(told)
    tell(told, ANNA)
    again(told)
    assert len(messages(told)) == 3


def test_what_is_not_urgent_goes_together_the_next_morning(city: City) -> None:
    city.association(ANNA)
    tell(city, ANNA, stage="1", urgent=False, topic="Анализ ЕГЭ")
    tell(city, ANNA, stage="2", urgent=False, topic="Проекты школьников")
    city.work()
    assert messages(city) == []
    city.clock.forward(days=1)
    again(city)
    [(user, text)] = messages(city)
    assert user == ANNA
    assert "Анализ ЕГЭ" in text
    assert "Проекты школьников" in text
    assert text.count("https://mmo.example/go/") == 2
    assert fates(city) == [(SENT, "moodle", "")] * 2


def test_a_digest_too_long_for_a_message_is_told_in_several(city: City) -> None:
    city.association(ANNA)
    for number in range(12):
        tell(city, ANNA, stage=str(number), urgent=False, topic=f"{number}: " + "тема " * 50)
    city.clock.forward(days=1)
    again(city)
    assert len(messages(city)) > 1
    assert sum(text.count("/go/") for _, text in messages(city)) == 12
    assert {state for state, _, _ in fates(city)} == {SENT}


def test_one_text_too_long_for_a_message_is_cut_and_keeps_its_link(city: City) -> None:
    city.association(ANNA)
    tell(city, ANNA, topic="ж" * 3000)
    city.work()
    [(_, text)] = messages(city)
    assert len(text.encode()) <= LONGEST_BYTES
    assert "…\nhttps://mmo.example/go/" in text
    assert fates(city) == [(SENT, "moodle", "")]


def test_many_are_told_batch_by_batch(city: City) -> None:
    city.association(*city.site.teacher_ids)
    tell(city, *city.site.teacher_ids)
    city.work()
    assert sorted(user for user, _ in messages(city)) == sorted(city.site.teacher_ids)
    assert {state for state, _, _ in fates(city)} == {SENT}


def test_the_account_of_the_last_launch_gets_the_message(city: City) -> None:
    city.association(ANNA)
    with city.worker.database.write() as session:
        second = make_account(session, city.person(session, ANNA), sub=str(MARIA))
        second.last_launch_at = city.clock()
    tell(city, ANNA)
    city.work()
    assert [user for user, _ in messages(city)] == [MARIA]


# Refused and unknown.


def test_who_is_refused_by_moodle_and_has_no_mail_is_shown_with_the_reason(told: City) -> None:
    told.moodle.roles[SERVICE].capabilities -= {"moodle/site:messageanyuser"}
    told.work()
    assert fates(told) == [(REFUSED, "moodle", "message_recipient_refused")] * 3


def test_who_is_refused_by_moodle_gets_a_letter(told: City, mail: MailServer) -> None:
    told.moodle.roles[SERVICE].capabilities -= {"moodle/site:messageanyuser"}
    told.work()
    assert fates(told) == [(SENT, "mail", "")] * 3
    assert len(mail.letters) == 3
    assert messages(told) == []


def test_who_is_suspended_in_moodle_could_not_read_a_message_there(told: City, mail: MailServer) -> None:
    by_hand.suspend_account(told.moodle, MARIA)
    told.work()
    assert [channel for _, channel, _ in fates(told)] == ["moodle", "mail", "moodle"]
    assert [user for user, _ in messages(told)] == [ANNA, ELENA]


def test_who_is_suspended_and_has_no_mail_was_not_told(told: City) -> None:
    by_hand.suspend_account(told.moodle, MARIA)
    told.work()
    assert fates(told)[1] == (REFUSED, "moodle", "no_reader")


@pytest.mark.parametrize("kind", [FaultKind.TIMEOUT_AFTER, FaultKind.ERROR_AFTER, FaultKind.TRUNCATED])
def test_r20_2_what_may_have_arrived_is_unknown_and_never_sent_again(
    told: City, mail: MailServer, kind: FaultKind, no_pauses: None
) -> None:
    told.fail(kind, "core_message_send_instant_messages")
    told.work()
    assert {(state, channel) for state, channel, _ in fates(told)} == {(UNKNOWN, "moodle")}
    again(told)
    assert len(messages(told)) == 3
    assert mail.letters == []


def test_r20_2_what_a_dead_sender_held_is_unknown_and_never_sent_again(told: City) -> None:
    with told.worker.database.write() as session:
        assert len(notice.take_batch(session, told.centre_id, told.clock(), 100)) == 3
        session.execute(update(Notice).values(taken_at=wall_clock() - timedelta(minutes=11)))
    again(told)
    assert fates(told) == [(UNKNOWN, "", "sender_died")] * 3
    assert messages(told) == []


def test_what_certainly_never_left_waits_and_goes_when_moodle_is_back(told: City, no_pauses: None) -> None:
    told.fail(FaultKind.MAINTENANCE, times=0)
    told.work()
    assert fates(told) == [(WAITING, "", "moodle_site_maintenance")] * 3
    told.moodle.faults.clear()
    again(told)
    assert fates(told) == [(SENT, "moodle", "")] * 3


def test_while_moodle_is_down_letters_go_out(told: City, mail: MailServer, no_pauses: None) -> None:
    told.fail(FaultKind.REFUSED, times=0)
    told.work()
    assert fates(told) == [(SENT, "mail", "")] * 3


def test_a_refused_token_waits_for_its_mending_but_not_for_ever(told: City) -> None:
    told.use_token("withdrawn")
    told.work()
    assert fates(told) == [(WAITING, "", "moodle_token_invalid")] * 3
    told.clock.forward(days=3)
    again(told)
    assert fates(told) == [(REFUSED, "moodle", "moodle_token_invalid")] * 3


def test_the_leader_too_is_told_in_moodle(city: City) -> None:
    city.association(ANNA)
    tell(city, LEADER)
    city.work()
    assert [user for user, _ in messages(city)] == [LEADER]

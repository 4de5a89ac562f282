"""Letters: for whom no Moodle message reaches, each fate told apart (R20)."""

import pytest
from sqlalchemy import select

from mmo_lti.models.notice import NoticeState
from mmo_lti.models.person import Account
from tests.tasks.city import MARIA, City
from tests.tasks.mail_server import MailServer
from tests.tasks.telling import (
    REFUSED,
    SENT,
    UNKNOWN,
    WAITING,
    fates,
    take_over,
    without_web_services,
)


def test_without_web_services_notices_go_by_mail(told: City, mail: MailServer) -> None:
    without_web_services(told)
    told.work()
    assert fates(told) == [(SENT, "mail", "")] * 3
    assert {letter["To"] for letter in mail.letters} == {f"user{sub}@example.org" for sub in (4, 5, 6)}
    letter = mail.letters[0]
    assert letter["From"] == "mmo@localhost"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert "Анализ ЕГЭ" in letter.get_content()
    assert "https://mmo.example/go/" in letter.get_content()


def test_an_account_of_another_kind_of_platform_gets_a_letter(told: City, mail: MailServer) -> None:
    with told.worker.database.write() as session:
        session.scalars(select(Account).where(Account.sub == str(MARIA))).one().sub = "a1b2-c3"
    told.work()
    assert [channel for _, channel, _ in fates(told)] == ["moodle", "mail", "moodle"]


def test_without_any_channel_nobody_was_told_and_that_is_shown(told: City) -> None:
    without_web_services(told)
    told.work()
    assert fates(told) == [(REFUSED, "moodle", "moodle.no_access")] * 3


def test_whoever_has_no_address_was_not_told(told: City, mail: MailServer) -> None:
    without_web_services(told)
    with told.worker.database.write() as session:
        session.scalars(select(Account).where(Account.sub == str(MARIA))).one().email = ""
    told.work()
    assert [state for state, _, _ in fates(told)] == [SENT, REFUSED, SENT]


def test_an_address_that_is_none_does_not_hold_up_the_others(told: City, mail: MailServer) -> None:
    without_web_services(told)
    with told.worker.database.write() as session:
        account = session.scalars(select(Account).where(Account.sub == str(MARIA))).one()
        account.email = "мария\r\nBcc: all@example.org"
    told.work()
    assert fates(told)[1] == (REFUSED, "mail", "mail_address")
    assert len(mail.letters) == 2


@pytest.mark.parametrize(
    ("answer", "fate"),
    [
        ("550 5.1.1 no such user", (REFUSED, "mail", "mail_refused")),
        ("450 4.2.0 greylisted", (WAITING, "", "mail_later")),
        ("", (UNKNOWN, "mail", "mail_timeout")),
    ],
)
@pytest.mark.parametrize("command", ["RCPT", "."])
def test_the_fate_of_a_letter_follows_the_servers_answer(
    told: City, mail: MailServer, command: str, answer: str, fate: tuple[NoticeState, str, str]
) -> None:
    """An empty answer: the server hangs up."""
    without_web_services(told)
    mail.answers[command] = answer
    told.work()
    assert fates(told) == [fate] * 3


def test_a_mail_server_that_is_down_makes_letters_wait(told: City, mail: MailServer) -> None:
    without_web_services(told)
    mail.stop()
    told.work()
    assert fates(told) == [(WAITING, "", "mail_unreached")] * 3


def test_whoever_lost_the_row_puts_back_what_certainly_never_left(told: City, mail: MailServer) -> None:
    without_web_services(told)
    mail.on_letter = lambda: take_over(told)
    told.work()
    assert [state for state, _, _ in fates(told)] == [SENT, WAITING, WAITING]
    assert len(mail.letters) == 1

"""The signed scan: a step of its own, kept whatever else is faulty, refused in a sentence."""

import io
import sys
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from mmo_lti.models.database import Database
from mmo_lti.models.meeting import AgendaItem
from mmo_lti.models.protocol import Protocol
from mmo_lti.models.stored_file import StoredFile
from mmo_lti.rules.states import ProtocolState
from mmo_lti.services.web_session import csrf_token
from tests.web.conftest import City
from tests.web.page import follow, press, read, see
from tests.web.papers import scan, upload, word
from tests.web.protocol_writing import PAGE, begin_protocol, filled, item, lay, now, question_of
from tests.web.visitor import TOOL, Visitor


@pytest.fixture
def protocol(database: Database, city: City) -> Protocol:
    with database.write() as session:
        return begin_protocol(session, city)


@pytest.fixture
def question(database: Database, protocol: Protocol) -> int:
    return question_of(database)


def sent(leader: Visitor, content: bytes, name: str, **more: object):
    fields = {"scan": upload(content, name), **more}
    return read(leader.post(f"{PAGE}/scan", fields, content_type="multipart/form-data"))


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"just words, no paper at all", "protokol.pdf", "PDF"),
        (word(), "protokol.docx", "скан"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "protokol.doc", "распечатайте"),
        (word(), "protokol.pdf", ""),
        (b"", "protokol.pdf", ""),
        (scan()[:200], "protokol.pdf", ""),
    ],
)
def test_what_is_no_scan_is_refused_at_its_field(
    leader: Visitor,
    database: Database,
    question: int,
    content: bytes,
    name: str,
    said: str,
) -> None:
    page = sent(leader, content, name)
    assert page.status == 422
    fault = page.faults["scan"]
    assert fault.endswith(".")
    assert said.lower() in fault.lower()
    assert "код" not in fault
    assert "DOCX" not in fault, "a scan is none"
    assert now(database).scan_id is None
    with database.read() as session:
        assert session.scalar(select(func.count(StoredFile.id))) == 0


def test_no_file_at_all_says_what_to_choose(leader: Visitor, protocol: Protocol) -> None:
    page = press(leader, PAGE, "Загрузить скан подписанного протокола")
    assert page.status == 422
    assert page.faults == {"scan": "Выберите файл со сканом подписанного протокола."}


def test_a_bad_file_loses_no_text_that_came_along(
    leader: Visitor,
    city: City,
    question: int,
) -> None:
    text = {**see(leader, PAGE).form("Сохранить").values, **filled(city, question), "act": ""}
    page = sent(leader, b"no paper", "p.pdf", **text)
    assert page.status == 422
    assert page.form("Сохранить").values[f"heard-{question}"] == "Средний балл вырос."


def test_a_good_scan_stays_while_the_text_is_faulty(
    leader: Visitor,
    database: Database,
    city: City,
    question: int,
) -> None:
    text = {**see(leader, PAGE).form("Сохранить").values, **filled(city, question), "act": ""}
    page = sent(leader, scan(), "p.pdf", **{**text, f"for-{question}": "20", f"unanimous-{question}": ""})
    assert page.status == 422
    assert "Число голосов превышает" in page.alert
    assert "скан загружен" in page
    assert page.form("Сохранить").values[f"for-{question}"] == "20"
    assert now(database).scan_id is not None
    page = sent(leader, scan(), "p.pdf", **{**text, f"due-{question}": "когда-нибудь"})
    assert page.status == 422
    assert now(database).scan_id is not None


def test_a_good_scan_saves_the_text_that_came_along(
    leader: Visitor,
    database: Database,
    city: City,
    question: int,
) -> None:
    text = {**see(leader, PAGE).form("Сохранить").values, **filled(city, question), "act": ""}
    follow(leader, sent(leader, scan(), "p.pdf", **text))
    assert item(database).heard == "Средний балл вырос."
    assert see(leader, PAGE).form("Загрузить скан").element.get("data-with") == "protocol"


def test_sent_twice_one_scan_is_laid(leader: Visitor, database: Database, protocol: Protocol) -> None:
    lay(leader)
    page = follow(leader, lay(leader))
    assert "скан загружен" in page
    assert "Заменить скан" in page
    with database.read() as session:
        assert len(set(session.scalars(select(StoredFile.sha256)))) == 1


def test_two_hundred_megabytes_are_refused_and_nothing_is_lost(
    leader: Visitor,
    database: Database,
    city: City,
    question: int,
    app: Flask,
) -> None:
    follow(leader, press(leader, PAGE, "Сохранить", filled(city, question)))
    lay(leader)
    answer = leader.client.post(
        f"{PAGE}/scan",
        base_url=TOOL,
        headers={"Origin": TOOL},
        environ_overrides={"CONTENT_LENGTH": str(200 * 1024 * 1024)},
        content_type="multipart/form-data; boundary=x",
    )
    assert answer.status_code == 413
    page = read(answer)
    assert "Принимаются файлы не больше 50 МБ" in page
    assert "Больше ничего не потеряно" in page
    assert now(database).scan_id is not None
    assert item(database).heard == "Средний балл вырос."
    form = see(leader, PAGE).form("Загрузить скан")
    assert form.element.xpath(".//input[@type='file']/@data-max") == [str(50 * 1024 * 1024)]


def test_a_file_a_little_over_the_limit_is_named_at_its_field(
    leader: Visitor,
    database: Database,
    question: int,
    app: Flask,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    site = app.extensions["mmo"]
    monkeypatch.setattr(site, "config", replace(site.config, max_upload_bytes=1024 * 1024))
    token = csrf_token(leader.handle, leader.token)
    fields = {"csrf_token": token, "scan": FileStorage(io.BytesIO(scan() + b"\0" * 1024 * 1024), "p.pdf")}
    boundary, body = encode_multipart(fields)
    page = read(
        leader.client.post(
            f"{PAGE}/scan",
            data=body,
            base_url=TOOL,
            headers={"Origin": TOOL},
            content_type=f"multipart/form-data; boundary={boundary}",
        )
    )
    assert page.status == 422
    assert "Файл больше 1 МБ." in page.faults["scan"]


def test_a_lodged_protocol_takes_no_other_scan(
    leader: Visitor,
    database: Database,
    protocol: Protocol,
) -> None:
    with database.write() as session:
        session.get_one(Protocol, protocol.id).state = ProtocolState.LODGED
    page = lay(leader)
    assert page.status == 422
    assert now(database).scan_id is None


def test_the_agenda_is_not_touched_by_a_scan(leader: Visitor, database: Database, question: int) -> None:
    follow(leader, lay(leader))
    with database.read() as session:
        assert session.get_one(AgendaItem, question).decision == ""


def scanner(app: Flask, code: str) -> None:
    """As if the operator had named a command; it is a program that ends as ClamAV's does."""
    site = app.extensions["mmo"]
    site.config = replace(site.config, scan_command=(sys.executable, "-c", code))


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("print('stream: Eicar-Signature FOUND'); raise SystemExit(1)", "Антивирус нашёл в файле угрозу"),
        ("raise SystemExit(2)", "Антивирус сейчас не отвечает"),
    ],
)
def test_what_the_virus_scanner_does_not_pass_is_not_taken(
    app: Flask, leader: Visitor, database: Database, protocol: Protocol, code: str, said: str
) -> None:
    scanner(app, code)
    page = sent(leader, scan(), "p.pdf")
    assert page.status == 422
    assert said in page.faults["scan"]
    assert now(database).scan_id is None


def test_a_clean_file_is_taken(app: Flask, leader: Visitor, database: Database, protocol: Protocol) -> None:
    scanner(app, "import sys; raise SystemExit(0 if sys.stdin.buffer.read(4) == b'%PDF' else 2)")
    follow(leader, sent(leader, scan(), "p.pdf"))
    assert now(database).scan_id is not None

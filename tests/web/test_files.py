"""Files of the archive and the list of documents, by the rights of what they belong to."""

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from mmo_lti.installation import Installation
from mmo_lti.models.database import Database
from mmo_lti.models.protocol import Protocol
from mmo_lti.models.stored_file import StoredFile
from mmo_lti.rules.states import MeetingState, ProtocolState
from mmo_lti.services.archive import Entry
from mmo_lti.services.file_kind import FileKind
from tests.factories.centre import make_centre
from tests.factories.meeting import make_meeting
from tests.factories.moment import NOW, moment
from tests.factories.protocol import make_protocol
from tests.factories.stored_file import file_bytes, make_stored_file
from tests.web.conftest import City
from tests.web.page import see
from tests.web.papers import scan, word
from tests.web.visitor import Visitor

PAGE = "/a/MMO-02/documents"


def keep(app: Flask, city: City, kind: FileKind, name: str, content: bytes, media_type: str) -> StoredFile:
    site: Installation = app.extensions["mmo"]
    entry = Entry(
        centre_id=city.centre.id,
        association_id=city.association.id,
        year=2026,
        kind=kind,
        name=name,
        media_type=media_type,
    )
    with site.database.write() as session:
        return file_bytes(session, site.store, entry, content, NOW)


def sent(visitor: Visitor, path: str) -> TestResponse:
    """The whole answer: files are closed once they are sent."""
    return visitor.get(path, buffered=True)


@pytest.fixture
def paper(app: Flask, database: Database, city: City) -> StoredFile:
    """The scan of a lodged protocol."""
    file = keep(app, city, FileKind.PROTOCOL_SCAN, "protokol-1-2026-27-skan.pdf", scan(), "application/pdf")
    with database.write() as session:
        meeting = make_meeting(
            session, city.association, moment(2026, 9, 21), number=1, state=MeetingState.HELD
        )
        make_protocol(session, meeting, ProtocolState.LODGED, scan_id=file.id)
    return file


def test_a_scan_under_review_is_not_the_members(
    leader: Visitor,
    coordinator: Visitor,
    director: Visitor,
    member: Visitor,
    outsider: Visitor,
    administrator: Visitor,
    paper: StoredFile,
) -> None:
    for visitor in (leader, coordinator, director):
        answer = sent(visitor, f"/files/{paper.id}")
        assert answer.status_code == 200
        assert answer.data == scan()
        assert answer.mimetype == "application/pdf"
        assert "protokol-1-2026-27-skan.pdf" in see(visitor, PAGE)
    for visitor in (member, outsider, administrator):
        assert sent(visitor, f"/files/{paper.id}").status_code == 403
        assert "protokol-1" not in see(visitor, PAGE)


def test_once_accepted_it_is(member: Visitor, database: Database, paper: StoredFile) -> None:
    with database.write() as session:
        session.get_one(Protocol, 1).state = ProtocolState.ACCEPTED
    page = see(member, PAGE)
    assert f"/files/{paper.id}?download=1" in page.links()
    assert "Скан протокола" in page
    assert "2026/2027 учебный год" in page
    assert sent(member, f"/files/{paper.id}").status_code == 200


def test_a_pdf_opens_in_place_or_is_downloaded(leader: Visitor, paper: StoredFile) -> None:
    assert "attachment" not in sent(leader, f"/files/{paper.id}").headers.get("Content-Disposition", "")
    shown = sent(leader, f"/files/{paper.id}?download=1").headers["Content-Disposition"]
    assert shown.startswith("attachment")
    assert "protokol-1-2026-27-skan.pdf" in shown


def test_what_a_browser_would_run_or_guess_is_downloaded(leader: Visitor, app: Flask, city: City) -> None:
    media_type = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    file = keep(app, city, FileKind.THESES, "tezisy.docx", word(), media_type)
    answer = sent(leader, f"/files/{file.id}")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_withdrawn_file_stays_listed_and_does_not_open(
    leader: Visitor, database: Database, paper: StoredFile
) -> None:
    with database.write() as session:
        session.get_one(StoredFile, paper.id).withdrawn_at = NOW
    page = see(leader, PAGE)
    assert "изъят 5 октября 2026 г." in page
    assert f"/files/{paper.id}?download=1" not in page.links()
    answer = sent(leader, f"/files/{paper.id}")
    assert answer.status_code == 409
    assert "изъят" in answer.text


def test_a_lost_file_says_so(leader: Visitor, database: Database, city: City) -> None:
    with database.write() as session:
        file = make_stored_file(session, city.association, "order_scan", "prikaz.pdf")
    answer = sent(leader, f"/files/{file.id}")
    assert answer.status_code == 409
    assert "prikaz.pdf" in answer.text


def test_another_centres_file_is_nothing(leader: Visitor, database: Database, city: City) -> None:
    with database.write() as session:
        file = make_stored_file(session, city.association)
        file.centre_id = make_centre(session, "https://other.example").id
    assert sent(leader, f"/files/{file.id}").status_code == 404
    assert sent(leader, "/files/4000000000").status_code == 404


def test_an_empty_list_teaches_what_will_come(member: Visitor) -> None:
    page = see(member, PAGE)
    assert "Документов ещё нет: приказ, план, протоколы и отчёты появятся здесь сами." in page
    assert page.primary == []

"""R17: a file uploaded by mistake is withdrawn by the coordinator; the entry and its hash stay."""

import pytest
from flask import Flask
from sqlalchemy import select

from mmo_lti.installation import Installation
from mmo_lti.models.database import Database
from mmo_lti.models.journal import JournalEntry
from mmo_lti.models.outbox import OutboxRow
from mmo_lti.models.protocol import Protocol
from mmo_lti.models.stored_file import StoredFile
from mmo_lti.rules.states import MeetingState, ProtocolState
from mmo_lti.services.archive import Entry
from mmo_lti.services.file_kind import FileKind
from tests.factories.association import make_association
from tests.factories.meeting import make_meeting
from tests.factories.moment import NOW, moment
from tests.factories.protocol import make_protocol
from tests.factories.stored_file import file_bytes, make_stored_file
from tests.web.conftest import City
from tests.web.page import follow, press, read, see
from tests.web.papers import scan
from tests.web.visitor import Visitor

PAGE = "/a/MMO-02/documents"
REASON = {"reason": "Список с телефонами"}


@pytest.fixture
def paper(app: Flask, database: Database, city: City) -> StoredFile:
    """The scan of a lodged protocol."""
    site: Installation = app.extensions["mmo"]
    entry = Entry(
        centre_id=city.centre.id,
        association_id=city.association.id,
        year=2026,
        kind=FileKind.PROTOCOL_SCAN,
        name="protokol-1-2026-27-skan.pdf",
        media_type="application/pdf",
    )
    with database.write() as session:
        file = file_bytes(session, site.store, entry, scan(), NOW)
        meeting = make_meeting(session, city.association, moment(2026, 9, 21), state=MeetingState.HELD)
        make_protocol(session, meeting, ProtocolState.LODGED, scan_id=file.id, lodged_by=city.leader.id)
    return file


def test_the_coordinator_withdraws_it_and_the_protocol_goes_back(
    coordinator: Visitor, database: Database, paper: StoredFile
) -> None:
    page = follow(coordinator, press(coordinator, PAGE, "Изъять файл", REASON, times=2))
    assert "Файл изъят: его больше нельзя открыть, запись о нём осталась." in page
    assert "изъят 5 октября 2026 г." in page
    assert "Изъять файл" not in page.buttons
    assert coordinator.get(f"/files/{paper.id}").status_code == 409
    with database.read() as session:
        file = session.get_one(StoredFile, paper.id)
        assert (file.withdrawn_reason, file.sha256) == (REASON["reason"], paper.sha256)
        assert session.scalars(select(Protocol)).one().state is ProtocolState.RETURNED
        assert session.scalars(select(OutboxRow.kind)).all().count("remove_bytes") == 1
        actions = session.scalars(select(JournalEntry.action)).all()
        assert actions.count("file.withdraw") == 1


def test_without_a_reason_it_stays(coordinator: Visitor, database: Database, paper: StoredFile) -> None:
    page = press(coordinator, PAGE, "Изъять файл", {"reason": " "})
    assert page.status == 422
    assert page.alert
    with database.read() as session:
        assert session.get_one(StoredFile, paper.id).withdrawn_at is None


def test_nobody_else_may(
    leader: Visitor, director: Visitor, member: Visitor, database: Database, paper: StoredFile
) -> None:
    for visitor in (leader, director, member):
        assert "Изъять файл" not in see(visitor, PAGE).buttons
        assert visitor.post(f"{PAGE}/{paper.id}/withdraw", REASON).status_code == 422
    with database.read() as session:
        assert session.get_one(StoredFile, paper.id).withdrawn_at is None


def test_what_was_made_here_is_not_withdrawn(
    coordinator: Visitor, database: Database, city: City, paper: StoredFile
) -> None:
    with database.write() as session:
        made = make_stored_file(session, city.association, "plan", "plan.pdf", year=2026)
        other = make_association(session, city.centre, "учителей физики", code="MMO-07")
        foreign = make_stored_file(session, other, "order_scan", "prikaz.pdf")
    page = see(coordinator, PAGE)
    assert "plan.pdf" in page
    assert len(page.tree.xpath("//form[contains(@action, '/withdraw')]")) == 1
    for file in (made, foreign):
        assert read(coordinator.post(f"{PAGE}/{file.id}/withdraw", REASON)).status == 404

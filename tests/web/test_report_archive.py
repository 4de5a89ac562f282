"""The report and its appendices as files of their own, for whoever may open the report."""

import io
import zipfile

import pytest
from flask import Flask
from sqlalchemy import select

from mmo_lti.installation import Installation
from mmo_lti.models.database import Database
from mmo_lti.models.report import Report
from mmo_lti.services.archive import Entry
from mmo_lti.services.file_kind import FileKind
from mmo_lti.services.report_assembly import assemble
from tests.factories.moment import NOW, moment
from tests.factories.stored_file import file_bytes
from tests.web.conftest import City, Clock
from tests.web.page import follow, press, see
from tests.web.papers import word
from tests.web.visitor import Visitor

PAGE = "/a/MMO-02/2026-27/report"
JUNE = moment(2027, 6, 10)


@pytest.fixture
def assembled(app: Flask, clock: Clock, leader: Visitor, database: Database, city: City) -> None:
    """A report with theses that no PDF takes in."""
    clock.at = JUNE
    site: Installation = app.extensions["mmo"]
    entry = Entry(
        centre_id=city.centre.id,
        association_id=city.association.id,
        year=2026,
        kind=FileKind.THESES,
        name="theses.docx",
        media_type="application/octet-stream",
        title="О чтении",
    )
    with database.write() as session:
        file_bytes(session, site.store, entry, word(), NOW)
    follow(leader, press(leader, PAGE, "Сформировать отчёт"))
    with database.read() as session:
        report = session.scalars(select(Report).where(Report.year == 2026)).one()
    assert assemble(site.database, site.store, report.id, JUNE)


@pytest.mark.usefixtures("assembled")
def test_the_report_and_its_appendices_come_as_files_of_their_own(leader: Visitor) -> None:
    assert f"{PAGE}.zip" in see(leader, PAGE).links()
    answer = leader.get(f"{PAGE}.zip", buffered=True)
    made = zipfile.ZipFile(io.BytesIO(answer.data))
    assert made.namelist() == ["Отчёт.pdf", "Приложение 2.1 О чтении.docx", "опись.csv"]
    assert made.read("Приложение 2.1 О чтении.docx") == word()
    assert "otchet-mmo-02-2026-27-s-prilozheniyami.zip" in answer.headers["Content-Disposition"]


@pytest.mark.usefixtures("assembled")
def test_a_draft_is_not_the_members_and_before_it_there_is_none(leader: Visitor, member: Visitor) -> None:
    assert member.get(f"{PAGE}.zip").status_code == 403
    assert leader.get("/a/MMO-02/2025-26/report.zip").status_code == 404

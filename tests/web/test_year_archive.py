"""One ZIP of a year: for each person the documents that they may open one by one."""

import csv
import io
import zipfile
from datetime import date

import pytest
from flask import Flask

from mmo_lti.installation import Installation
from mmo_lti.models.association import Association
from mmo_lti.models.database import Database
from mmo_lti.models.order import OrderKind
from mmo_lti.models.stored_file import StoredFile
from mmo_lti.rules.errors import RuleError
from mmo_lti.rules.states import MeetingState, PlanState, ProtocolState
from mmo_lti.rules.year import AcademicYear
from mmo_lti.services.actor import Actor
from mmo_lti.services.archive import Entry
from mmo_lti.services.file_kind import FileKind
from mmo_lti.services.year_archive import year_archive
from tests.factories.meeting import make_meeting
from tests.factories.moment import NOW, moment
from tests.factories.order import make_order
from tests.factories.plan import make_plan
from tests.factories.protocol import make_protocol
from tests.factories.stored_file import file_bytes
from tests.web.conftest import City
from tests.web.page import see
from tests.web.papers import scan
from tests.web.visitor import Visitor

PAGE = "/a/MMO-02/documents"
ARCHIVE = f"{PAGE}/2026-27.zip"
UTF8_NAME = 0x800


def keep(app: Flask, city: City, kind: FileKind, *, year: int | None = 2026, title: str = "") -> int:
    site: Installation = app.extensions["mmo"]
    entry = Entry(
        centre_id=city.centre.id,
        association_id=city.association.id,
        year=year,
        kind=kind,
        name=f"{kind.value}.pdf",
        media_type="application/pdf",
        pages=1,
        title=title,
    )
    with site.database.write() as session:
        return file_bytes(session, site.store, entry, scan() + title.encode(), NOW).id


@pytest.fixture
def papers(app: Flask, database: Database, city: City) -> dict[str, int]:
    """An order with its scan, an agreed plan, an accepted protocol and one under review, theses."""
    files = {
        "order": keep(app, city, FileKind.ORDER_SCAN, year=None, title="o"),
        "plan": keep(app, city, FileKind.PLAN, title="p"),
        "accepted": keep(app, city, FileKind.PROTOCOL_SCAN, title="a"),
        "lodged": keep(app, city, FileKind.PROTOCOL_SCAN, title="l"),
        "theses": keep(app, city, FileKind.THESES, title="Опыт/практика"),
        "past": keep(app, city, FileKind.THESES, year=2025, title="Прошлый год"),
    }
    with database.write() as session:
        association = session.get_one(Association, city.association.id)
        make_order(
            session,
            association,
            OrderKind.CREATION,
            city.coordinator,
            number="12-о",
            signed_on=date(2025, 8, 25),
            scan_id=files["order"],
        )
        make_plan(
            session, association, state=PlanState.AGREED, pdf_id=files["plan"], agreed_on=date(2026, 10, 1)
        )
        for day, state, file in (
            (21, ProtocolState.ACCEPTED, "accepted"),
            (28, ProtocolState.LODGED, "lodged"),
        ):
            held = make_meeting(
                session, association, moment(2026, 9, day), number=day, state=MeetingState.HELD
            )
            make_protocol(session, held, state, scan_id=files[file])
    return files


def fetched(visitor: Visitor, path: str = ARCHIVE) -> zipfile.ZipFile:
    answer = visitor.get(path, buffered=True)
    assert answer.status_code == 200, answer.status_code
    assert answer.mimetype == "application/zip"
    assert answer.content_length == len(answer.data)
    return zipfile.ZipFile(io.BytesIO(answer.data))


EVERYBODYS = [
    "1 Приказы/Приказ о создании ММО от 25.08.2025 (скан).pdf",
    "2 Положение/Положение.txt",
    "3 План/План деятельности, редакция 1 от 01.10.2026.pdf",
    "5 Протоколы/Протокол № 1 от 21.09.2026 (скан).pdf",
]
REVIEWED = "5 Протоколы/Протокол № 2 от 28.09.2026 (скан).pdf"
LAST = ["6 Прочее/Опыт практика от 05.10.2026.pdf", "Опись.pdf", "опись.csv"]


def test_everybody_gets_what_they_may_open_one_by_one(
    leader: Visitor, coordinator: Visitor, director: Visitor, member: Visitor, papers: dict[str, int]
) -> None:
    for visitor in (leader, coordinator, director):
        assert fetched(visitor).namelist() == [*EVERYBODYS, REVIEWED, *LAST]
    assert fetched(member).namelist() == [*EVERYBODYS, *LAST]


def test_others_get_nothing(
    outsider: Visitor, administrator: Visitor, stranger: Visitor, papers: dict[str, int]
) -> None:
    assert outsider.get(ARCHIVE).status_code == 403
    assert administrator.get(ARCHIVE).status_code == 403
    assert stranger.get(ARCHIVE).status_code == 401


def test_the_page_leads_to_the_archive_of_each_year(leader: Visitor, papers: dict[str, int]) -> None:
    page = see(leader, PAGE)
    assert page.primary == ["Скачать архив года"], "the newest year's"
    assert {ARCHIVE, f"{PAGE}/2025-26.zip"} <= page.links()
    answer = leader.get(ARCHIVE, buffered=True)
    assert "arhiv-mmo-02-2026-27.zip" in answer.headers["Content-Disposition"]
    assert "Прошлый год" in " ".join(fetched(leader, f"{PAGE}/2025-26.zip").namelist())


def test_names_are_readable_and_the_scans_are_those_that_were_filed(
    leader: Visitor, papers: dict[str, int]
) -> None:
    made = fetched(leader)
    assert all(one.flag_bits & UTF8_NAME for one in made.infolist())
    assert made.read(REVIEWED) == scan() + b"l"
    assert made.read("2 Положение/Положение.txt").decode("utf-8-sig").startswith("ПОЛОЖЕНИЕ")


def test_the_inventory_says_what_each_file_is_and_how_long_it_is_kept(
    leader: Visitor, database: Database, papers: dict[str, int]
) -> None:
    text = fetched(leader).read("опись.csv").decode("utf-8-sig")
    rows = {row["Заголовок"]: row for row in csv.DictReader(io.StringIO(text), delimiter=";")}
    with database.read() as session:
        filed = session.get_one(StoredFile, papers["accepted"])
        assert rows["Протокол № 1"]["SHA-256"] == filed.sha256
    assert rows["Протокол № 1"]["Хранить по"] == "31.12.2030"
    assert rows["Приказ о создании ММО"]["Рег. №"] == "12-о"
    assert rows["Приказ о создании ММО"]["Хранить по"] == "срок не начался", "its association works on"
    assert rows["Приказ о назначении руководителя"]["Файл"] == "файл не приложен"


def test_a_withdrawn_file_is_named_with_its_hash_and_is_not_there(
    leader: Visitor, database: Database, papers: dict[str, int]
) -> None:
    with database.write() as session:
        file = session.get_one(StoredFile, papers["theses"])
        file.withdrawn_at = NOW
        sha256 = file.sha256
    made = fetched(leader)
    assert LAST[0] not in made.namelist()
    row = made.read("опись.csv").decode("utf-8-sig").splitlines()[-1]
    assert "изъят" in row
    assert sha256 in row


def test_a_year_that_is_too_big_is_refused_before_anything_is_copied(
    app: Flask, database: Database, city: City, papers: dict[str, int]
) -> None:
    site: Installation = app.extensions["mmo"]
    actor = Actor(city.centre.id, city.leader.id)
    year = AcademicYear(2026)
    with database.read() as session:
        association = session.get_one(Association, city.association.id)
        with pytest.raises(RuleError) as refused:
            year_archive(session, site.store, actor, association, year, NOW, most_bytes=2000)
    assert refused.value.code == "archive.too_big"

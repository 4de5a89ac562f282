"""The job that assembles a report: exactly one, wherever its worker was killed."""

import io
from pathlib import Path
from typing import BinaryIO

import pikepdf
import pytest
from sqlalchemy import select

from mmo_lti.files.store import Store, Stored
from mmo_lti.models.association import Association
from mmo_lti.models.database import Database
from mmo_lti.models.journal import JournalEntry
from mmo_lti.models.notice import Notice
from mmo_lti.models.order import OrderKind
from mmo_lti.models.report import Report
from mmo_lti.models.stored_file import StoredFile
from mmo_lti.rules.states import MeetingState, ProtocolState, ReportState
from mmo_lti.rules.year import AcademicYear
from mmo_lti.services import report as reports
from mmo_lti.services.actor import Actor
from mmo_lti.services.archive import Entry
from mmo_lti.services.document_filing import file_document
from mmo_lti.services.file_kind import FileKind
from mmo_lti.services.report_assembling import STEPS, start_assembling
from mmo_lti.services.report_assembly import assemble, give_up
from tests.factories.association import make_association
from tests.factories.centre import make_centre
from tests.factories.meeting import make_meeting
from tests.factories.membership import make_membership
from tests.factories.moment import moment
from tests.factories.office import OfficeKind, make_office
from tests.factories.order import make_order
from tests.factories.person import actor_of, make_person
from tests.factories.protocol import make_protocol
from tests.factories.stored_file import file_bytes

YEAR = AcademicYear(2026)
JUNE = moment(2027, 6, 10)
LATER = moment(2027, 6, 10, 10)


class Killed(BaseException):
    """The worker is gone in the middle."""


def scan() -> bytes:
    document = pikepdf.new()
    document.add_blank_page()
    out = io.BytesIO()
    document.save(out, deterministic_id=True)
    return out.getvalue()


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "archive")


@pytest.fixture
def leader(database: Database, store: Store) -> Actor:
    """The leader of an association with one held meeting, whose protocol is lodged with its scan."""
    with database.write() as session:
        centre = make_centre(session)
        association = make_association(session, centre, code="MMO-02")
        person = make_person(session, centre, "Абрамова", "Елена", "Сергеевна")
        director = make_person(session, centre, "Соловьёв", "Андрей", "Фёдорович", employed=False)
        make_office(session, director, OfficeKind.DIRECTOR)
        make_order(session, association, OrderKind.APPOINTMENT, person, person)
        make_membership(session, association, person)
        meeting = make_meeting(session, association, moment(2026, 10, 12), state=MeetingState.HELD)
        entry = Entry(
            centre_id=centre.id,
            association_id=association.id,
            year=2026,
            kind=FileKind.PROTOCOL_SCAN,
            name="protokol-1-2026-27-skan.pdf",
            media_type="application/pdf",
            pages=1,
        )
        file = file_bytes(session, store, entry, scan(), JUNE)
        make_protocol(session, meeting, ProtocolState.LODGED, scan_id=file.id)
        return actor_of(person)


@pytest.fixture
def report_id(database: Database, leader: Actor) -> int:
    """A report that waits for its assembling."""
    with database.write() as session:
        association = session.scalars(select(Association)).one()
        return start_assembling(session, leader, association, YEAR, JUNE).id


def report_files(database: Database) -> list[StoredFile]:
    with database.read() as session:
        kinds = ["report", "report_reading_copy"]
        return list(session.scalars(select(StoredFile).where(StoredFile.kind.in_(kinds))))


def finishes(database: Database) -> int:
    with database.read() as session:
        return len(
            session.scalars(select(JournalEntry).where(JournalEntry.action == "report.assembled")).all()
        )


def read(database: Database, report_id: int) -> Report:
    with database.read() as session:
        return session.get_one(Report, report_id)


def test_an_assembling_ends_in_a_draft_with_three_files(
    database: Database, store: Store, report_id: int
) -> None:
    seen: list[tuple[str, int, int]] = []
    assert assemble(database, store, report_id, JUNE, lambda *told: seen.append(told))
    report = read(database, report_id)
    assert (report.state, report.assembling, report.steps_done) == (ReportState.DRAFT, "", len(STEPS))
    assert seen == [(step, done, 5) for done, step in enumerate(STEPS)]
    assert sorted(file.name for file in report_files(database)) == [
        "otchet-mmo-02-2026-27-s-prilozheniyami.pdf",
        "otchet-mmo-02-2026-27.docx",
        "otchet-mmo-02-2026-27.pdf",
    ]
    for file in report_files(database):
        assert store.intact(file.centre_id, file.sha256)
    copy = next(file for file in report_files(database) if file.kind == "report_reading_copy")
    own = next(file for file in report_files(database) if file.name == "otchet-mmo-02-2026-27.pdf")
    assert (copy.pages or 0) >= (own.pages or 0) + 3  # inventory, title sheet, the protocol's page
    with database.read() as session:
        assert [notice.kind for notice in session.scalars(select(Notice))] == ["report_assembled"]


def test_progress_shows_on_the_report_while_it_runs(database: Database, store: Store, report_id: int) -> None:
    steps: list[tuple[str, int]] = []
    assemble(
        database,
        store,
        report_id,
        JUNE,
        lambda *_told: steps.append((read(database, report_id).step, read(database, report_id).steps_done)),
    )
    assert steps == [(step, done) for done, step in enumerate(STEPS)]


@pytest.mark.parametrize("step", STEPS)
def test_killed_at_any_step_and_run_again_it_is_one_report(
    database: Database, store: Store, report_id: int, step: str
) -> None:
    def die(told: str, _done: int, _total: int) -> None:
        if told == step:
            raise Killed

    with pytest.raises(Killed):
        assemble(database, store, report_id, JUNE, die)
    assert read(database, report_id).state is ReportState.ASSEMBLING
    assert report_files(database) == []
    assert assemble(database, store, report_id, LATER)
    assert (len(report_files(database)), finishes(database)) == (3, 1)


@pytest.mark.parametrize("after", [0, 1, 2])
def test_killed_between_bytes_and_their_entry_it_makes_the_same_bytes_again(
    database: Database, tmp_path: Path, store: Store, report_id: int, after: int
) -> None:
    kept: list[str] = []

    class Dying(Store):
        def put(self, centre_id: int, stream: BinaryIO, *, max_bytes: int | None = None) -> Stored:
            stored = super().put(centre_id, stream, max_bytes=max_bytes)
            kept.append(stored.sha256)
            if len(kept) > after:
                raise Killed
            return stored

    dying = Dying(store.root)
    with pytest.raises(Killed):
        assemble(database, dying, report_id, JUNE)
    assert assemble(database, store, report_id, LATER)
    assert set(kept) <= {file.sha256 for file in report_files(database)}


def test_run_twice_the_second_run_changes_nothing(database: Database, store: Store, report_id: int) -> None:
    assert assemble(database, store, report_id, JUNE)
    before = {file.id: file.sha256 for file in report_files(database)}
    assert not assemble(database, store, report_id, LATER)
    assert {file.id: file.sha256 for file in report_files(database)} == before
    assert finishes(database) == 1


def test_an_older_assembling_that_wakes_up_late_finds_another_name_and_stops(
    database: Database, store: Store, leader: Actor, report_id: int
) -> None:
    def overtaken(step: str, _done: int, _total: int) -> None:
        if step == "pdf":
            assert assemble(database, store, report_id, JUNE)
            with database.write() as session:
                association = session.scalars(select(Association)).one()
                start_assembling(session, leader, association, YEAR, LATER)

    assert not assemble(database, store, report_id, JUNE, overtaken)
    assert read(database, report_id).state is ReportState.ASSEMBLING
    assert finishes(database) == 1
    assert assemble(database, store, report_id, LATER)
    assert (len(report_files(database)), finishes(database)) == (3, 2)


def test_given_up_it_goes_back_and_a_late_worker_changes_nothing(
    database: Database, store: Store, report_id: int
) -> None:
    assert give_up(database, report_id, "template_refused", LATER)
    report = read(database, report_id)
    assert (report.state, report.failure) == (ReportState.NONE, "template_refused")
    assert not assemble(database, store, report_id, LATER)
    assert report_files(database) == []


def test_a_lost_scan_is_noted_and_does_not_lose_the_report(
    database: Database, store: Store, report_id: int
) -> None:
    with database.read() as session:
        file = session.scalars(select(StoredFile).where(StoredFile.kind == "protocol_scan")).one()
    store.delete(file.centre_id, file.sha256)
    assert assemble(database, store, report_id, JUNE)
    assert len(report_files(database)) == 3


def test_what_was_sent_and_accepted_is_filed_with_its_marks_once(
    database: Database, store: Store, leader: Actor, report_id: int
) -> None:
    assemble(database, store, report_id, JUNE)
    assert not file_document(database, store, "report", report_id, LATER)  # a draft has no final paper
    with database.write() as session:
        report = session.get_one(Report, report_id)
        report.words = {str(section): "нет" for section in range(3, 8)} | {"8": "Часы", "9": "Планы"}
        reports.submit(session, leader, report, LATER)
    drafted = {file.id: file.sha256 for file in report_files(database)}
    assert file_document(database, store, "report", report_id, LATER)
    sent = {file.id: file.sha256 for file in report_files(database)}
    assert sent.keys() == drafted.keys()
    assert all(sent[file_id] != drafted[file_id] for file_id in sent)
    assert file_document(database, store, "report", report_id, moment(2027, 6, 11))
    assert {file.id: file.sha256 for file in report_files(database)} == sent


def test_what_was_submitted_stays_when_a_returned_report_is_assembled_anew(
    database: Database, store: Store, leader: Actor, report_id: int
) -> None:
    assemble(database, store, report_id, JUNE)
    with database.write() as session:
        report = session.get_one(Report, report_id)
        report.words = {str(section): "нет" for section in range(3, 8)} | {"8": "Часы", "9": "Планы"}
        reports.submit(session, leader, report, LATER)
    file_document(database, store, "report", report_id, LATER)
    with database.write() as session:
        report = session.get_one(Report, report_id)
        report.state, report.returned_at = ReportState.RETURNED, moment(2027, 6, 12)
        start_assembling(session, leader, report.association, YEAR, moment(2027, 6, 13))
    for day in (13, 14):
        assemble(database, store, report_id, moment(2027, 6, day))
    assert len(report_files(database)) == 6
    report = read(database, report_id)
    assert (report.state, report.words["9"]) == (ReportState.DRAFT, "Планы")

"""Files of the archive: brought, opened by rights, withdrawn (R17)."""

import io
from datetime import date, datetime
from pathlib import Path

import pikepdf
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mmo_lti.files.refusal import FileRefused
from mmo_lti.files.store import Store
from mmo_lti.models.association import Association
from mmo_lti.models.centre import Centre
from mmo_lti.models.database import Database
from mmo_lti.models.office import OfficeKind
from mmo_lti.models.outbox import OutboxRow
from mmo_lti.models.protocol import Protocol
from mmo_lti.models.stored_file import StoredFile
from mmo_lti.rules.errors import Denied, RuleError
from mmo_lti.rules.states import MeetingState, ProtocolState
from mmo_lti.services import archive, file_kind
from mmo_lti.services import stored_file as files
from mmo_lti.services.actor import Actor
from mmo_lti.services.file_kind import FileKind
from mmo_lti.services.permission import NotFound
from tests.factories.association import make_association
from tests.factories.centre import make_centre
from tests.factories.meeting import make_meeting
from tests.factories.moment import moment
from tests.factories.office import make_office
from tests.factories.person import actor_of, make_person
from tests.factories.protocol import make_protocol
from tests.factories.stored_file import file_bytes


def pdf(pages: int = 2) -> bytes:
    document = pikepdf.new()
    for _page in range(pages):
        document.add_blank_page()
    out = io.BytesIO()
    document.save(out, deterministic_id=True)
    return out.getvalue()


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "archive")


@pytest.fixture
def protocol(session: Session, association: Association) -> Protocol:
    meeting = make_meeting(session, association, moment(2026, 10, 1), state=MeetingState.HELD)
    return make_protocol(session, meeting)


@pytest.fixture
def scan(
    session: Session, store: Store, leader: Actor, association: Association, protocol: Protocol, now: datetime
) -> StoredFile:
    file = bring(session, store, leader, association, now)
    protocol.scan_id = file.id
    session.flush()
    return file


def bring(
    session: Session,
    store: Store,
    actor: Actor,
    association: Association,
    now: datetime,
    content: bytes | None = None,
    filename: str = "Скан (1).pdf",
    **more: str,
) -> StoredFile:
    kind, sent = FileKind.PROTOCOL_SCAN, io.BytesIO(pdf() if content is None else content)
    reason = more.get("reason", "")
    files.check_upload(session, actor, kind, association, now, reason)
    taken = files.receive(store, actor.centre_id, sent, filename, kind)
    return files.file_received(
        session,
        store,
        actor,
        taken,
        kind,
        association=association,
        year=2026,
        name=file_kind.protocol_name(2026, 2, scan=True),
        now=now,
        **more,
    )


def test_an_upload_is_kept_under_a_safe_name_with_its_pages(scan: StoredFile, store: Store) -> None:
    assert (scan.name, scan.media_type, scan.pages, scan.kind) == (
        "protokol-2-2026-27-skan.pdf",
        "application/pdf",
        2,
        "protocol_scan",
    )
    assert store.intact(scan.centre_id, scan.sha256)


def test_names_are_ours_and_safe(association: Association) -> None:
    association.code = "ММО/../02"
    assert file_kind.plan_name(association, 2026, 1) == "plan-02-2026-27-red-1"
    assert (
        file_kind.report_name(association, 2026, with_appendices=True) == "otchet-02-2026-27-s-prilozheniyami"
    )
    assert file_kind.order_name(association, date(2026, 9, 1)) == "prikaz-02-2026-09-01"
    assert file_kind.upload_name(FileKind.ORDER_SCAN, None, None) == "order-scan"


@pytest.mark.parametrize(
    ("content", "filename", "code"),
    [
        (b"", "scan.pdf", "empty"),
        (b"MZ\x90\x00", "scan.pdf", "scan_type_unknown"),
        (b"\x89PNG\r\n\x1a\n....", "scan.pdf", "name_mismatch"),
        (b"PK\x03\x04........", "scan.docx", "type_not_allowed"),
    ],
)
def test_a_file_that_is_not_what_it_says_is_refused_and_nothing_is_kept(
    session: Session,
    store: Store,
    leader: Actor,
    association: Association,
    content: bytes,
    filename: str,
    code: str,
    now: datetime,
) -> None:
    with pytest.raises(FileRefused) as refused:
        bring(session, store, leader, association, now, content, filename)
    assert refused.value.code == code
    assert session.scalars(select(StoredFile)).all() == []


def test_an_upload_past_the_limit_is_refused(store: Store) -> None:
    with pytest.raises(FileRefused) as refused:
        files.receive(store, 1, io.BytesIO(pdf()), "scan.pdf", FileKind.PROTOCOL_SCAN, max_bytes=100)
    assert refused.value.code == "too_big"


def test_a_member_brings_theses_but_no_scans(
    session: Session, store: Store, member: Actor, association: Association, now: datetime
) -> None:
    files.check_upload(session, member, FileKind.THESES, association, now)
    with pytest.raises(Denied):
        bring(session, store, member, association, now)
    with pytest.raises(Denied):
        files.check_upload(session, member, FileKind.REPORT, association, now)


def test_a_coordinator_brings_a_scan_for_an_absent_leader_with_a_reason(
    session: Session,
    store: Store,
    director: Actor,
    coordinator: Actor,
    association: Association,
    now: datetime,
) -> None:
    with pytest.raises(Denied):
        bring(session, store, director, association, now)
    file = bring(session, store, coordinator, association, now, reason="Руководитель болен")
    assert file.uploaded_by == coordinator.person_id


def test_bytes_that_went_meanwhile_are_asked_for_again(
    session: Session, store: Store, leader: Actor, association: Association, now: datetime
) -> None:
    taken = files.receive(store, association.centre_id, io.BytesIO(pdf()), "s.pdf", FileKind.PROTOCOL_SCAN)
    store.delete(association.centre_id, taken.stored.sha256)
    with pytest.raises(RuleError) as refused:
        files.file_received(
            session, store, leader, taken, FileKind.PROTOCOL_SCAN, association=association, now=now
        )
    assert refused.value.code == "file.gone"


def test_who_opens_a_scan_follows_from_the_protocols_state(
    session: Session,
    store: Store,
    leader: Actor,
    member: Actor,
    outsider: Actor,
    director: Actor,
    protocol: Protocol,
    scan: StoredFile,
    now: datetime,
) -> None:
    def opens(actor: Actor) -> bool:
        try:
            files.open_file(session, store, actor, scan, now).stream.close()
        except Denied:
            return False
        return True

    people = (leader, member, outsider, director)
    assert [opens(actor) for actor in people] == [True, False, False, False]
    protocol.state = ProtocolState.LODGED
    assert [opens(actor) for actor in people] == [True, False, False, True]
    protocol.state = ProtocolState.ACCEPTED
    assert [opens(actor) for actor in people] == [True, True, False, True]


def test_a_file_of_another_centre_is_not_told_apart_from_none(
    session: Session, store: Store, other_centre: Centre, scan: StoredFile, now: datetime
) -> None:
    stranger = actor_of(make_person(session, other_centre, "Чужая"))
    with pytest.raises(NotFound):
        files.open_file(session, store, stranger, scan, now)


def test_opened_bytes_come_back_whole(
    session: Session, store: Store, leader: Actor, scan: StoredFile, now: datetime
) -> None:
    opened = files.open_file(session, store, leader, scan, now)
    with opened.stream as stream:
        assert stream.read() == pdf()
    assert (opened.name, opened.size) == (scan.name, len(pdf()))


def test_r17_the_coordinator_withdraws_a_wrong_file_with_a_reason_entry_and_hash_stay(
    session: Session, store: Store, leader: Actor, coordinator: Actor, scan: StoredFile, now: datetime
) -> None:
    with pytest.raises(Denied):
        files.withdraw(session, leader, scan, "Не тот файл", now)
    with pytest.raises(RuleError) as refused:
        files.withdraw(session, coordinator, scan, "", now)
    assert refused.value.code == "file.reason_missing"
    files.withdraw(session, coordinator, scan, "Чужие персональные данные", now)
    assert scan.withdrawn_at == now
    [wanted] = session.scalars(select(OutboxRow).where(OutboxRow.kind == "remove_bytes"))
    assert wanted.payload == {"sha256": scan.sha256}
    with pytest.raises(RuleError) as gone:
        files.open_file(session, store, leader, scan, now)
    assert gone.value.code == "file.withdrawn"


def test_a_file_whose_bytes_are_lost_says_so(
    session: Session, store: Store, leader: Actor, scan: StoredFile, now: datetime
) -> None:
    store.delete(scan.centre_id, scan.sha256)
    with pytest.raises(RuleError) as lost:
        files.open_file(session, store, leader, scan, now)
    assert lost.value.code == "file.lost"


def test_r17_4_the_same_bytes_go_only_when_the_last_entry_stopped_naming_them(
    database: Database, tmp_path: Path, now: datetime
) -> None:
    store = Store(tmp_path / "archive")
    with database.write() as session:
        centre = make_centre(session)
        one, other = (make_association(session, centre, code=code) for code in ("A", "B"))
        person = make_person(session, centre, employed=False)
        make_office(session, person, OfficeKind.COORDINATOR)
        coordinator = actor_of(person)
        first, second = (
            file_bytes(
                session,
                store,
                archive.Entry(
                    centre_id=centre.id,
                    association_id=association.id,
                    year=2026,
                    kind=FileKind.THESES,
                    name="theses.pdf",
                    media_type="application/pdf",
                ),
                pdf(),
                now,
            )
            for association in (one, other)
        )
        files.withdraw(session, coordinator, first, "Не тот файл", now)
    assert not archive.remove_bytes(database, store, centre.id, first.sha256)
    assert store.intact(centre.id, second.sha256)
    with database.write() as session:
        files.withdraw(session, coordinator, session.get_one(StoredFile, second.id), "Не тот файл", now)
    assert archive.remove_bytes(database, store, centre.id, first.sha256)
    assert not archive.remove_bytes(database, store, centre.id, first.sha256)
    assert not store.exists(centre.id, first.sha256)

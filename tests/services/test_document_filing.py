"""Filing plans and protocols, and drafting orders on paper."""

from datetime import date, datetime
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mmo_lti.documents import order as order_form
from mmo_lti.documents import plan as plan_form
from mmo_lti.files.store import Store
from mmo_lti.models.association import Association
from mmo_lti.models.centre import Centre
from mmo_lti.models.database import Database
from mmo_lti.models.office import OfficeKind
from mmo_lti.models.person import Person
from mmo_lti.models.plan import Plan, Proposal, ProposalState
from mmo_lti.models.protocol import Protocol
from mmo_lti.models.stored_file import StoredFile
from mmo_lti.rules.errors import Denied
from mmo_lti.rules.states import MeetingState, PlanState, ProtocolState
from mmo_lti.services import plan_document
from mmo_lti.services.actor import Actor
from mmo_lti.services.document_filing import file_document
from mmo_lti.services.document_party import institution_of
from mmo_lti.services.order_document import Named, acting_draft, appointment_draft, creation_draft
from mmo_lti.services.protocol_document import freeze
from tests.factories.meeting import make_meeting
from tests.factories.moment import moment
from tests.factories.office import make_office
from tests.factories.person import make_person
from tests.factories.plan import make_plan
from tests.factories.protocol import make_protocol

OCTOBER = moment(2026, 10, 5)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "archive")


@pytest.fixture
def agreed(session: Session, association: Association) -> Plan:
    plan = make_plan(session, association, state=PlanState.AGREED)
    plan.decided_at, plan.agreed_on = OCTOBER, date(2026, 10, 5)
    return plan


@pytest.fixture
def lodged(session: Session, association: Association, now: datetime) -> Protocol:
    meeting = make_meeting(session, association, moment(2026, 10, 1), state=MeetingState.HELD)
    protocol = make_protocol(session, meeting, ProtocolState.LODGED)
    freeze(session, protocol, now)
    return protocol


def entries(database: Database) -> list[tuple[str, str]]:
    with database.read() as session:
        return [
            (file.name, file.sha256) for file in session.scalars(select(StoredFile).order_by(StoredFile.id))
        ]


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        ("plan", ["plan-mmo-02-2026-27-red-1.docx", "plan-mmo-02-2026-27-red-1.pdf"]),
        ("protocol", ["protokol-1-2026-27.docx", "protokol-1-2026-27.pdf"]),
    ],
)
def test_a_document_is_filed_as_docx_and_pdf_once_however_often_the_job_runs(
    database: Database,
    session: Session,
    store: Store,
    agreed: Plan,
    lodged: Protocol,
    kind: str,
    names: list[str],
) -> None:
    subject_id = agreed.id if kind == "plan" else lodged.id
    session.commit()
    assert file_document(database, store, kind, subject_id, OCTOBER)
    filed = entries(database)
    assert [name for name, _hash in filed] == names
    file_document(database, store, kind, subject_id, moment(2026, 10, 6))
    assert entries(database) == filed
    with database.read() as reader:
        paper = reader.get_one(Plan if kind == "plan" else Protocol, subject_id)
        assert paper.pdf is not None
        with store.open(paper.pdf.centre_id, paper.pdf.sha256) as stream:
            assert stream.read(5) == b"%PDF-"
        assert (paper.pdf.pages or 0) >= 1


def test_what_is_not_agreed_or_lodged_has_no_paper(
    database: Database, session: Session, store: Store, agreed: Plan, lodged: Protocol
) -> None:
    agreed.state, lodged.state = PlanState.DRAFT, ProtocolState.RETURNED
    session.commit()
    assert not file_document(database, store, "plan", agreed.id, OCTOBER)
    assert not file_document(database, store, "protocol", lodged.id, OCTOBER)
    assert not file_document(database, store, "plan", 999, OCTOBER)
    with pytest.raises(ValueError, match="letter"):
        file_document(database, store, "letter", 1, OCTOBER)


def test_the_plan_numbers_meetings_by_term_and_counts_proposals(
    session: Session, association: Association, agreed: Plan, teachers: list[Person], now: datetime
) -> None:
    agreed.items[0].month, agreed.items[2].day = 5, date(2026, 9, 20)
    for state in (ProposalState.TAKEN, ProposalState.DECLINED):
        session.add(
            Proposal(
                centre_id=association.centre_id,
                association_id=association.id,
                year=2026,
                person_id=teachers[0].id,
                topic="А",
                state=state,
                created_at=now,
            )
        )
    cancelled = make_meeting(session, association, state=MeetingState.CANCELLED)
    cancelled.item_uid = agreed.items[1].uid
    session.flush()
    document = plan_document.build(session, agreed, now)
    assert [
        (line.topic, line.meeting, line.cancelled)
        for line in sorted(document.items, key=lambda line: line.meeting or 0)
    ] == [
        ("Тема 3", 1, False),
        ("Тема 2", 2, True),
        ("Тема 1", 3, False),
    ]
    assert document.proposals == plan_form.Proposals(1, 2)
    assert document.agreed is not None
    assert document.agreed.at.hour == 12  # Moscow


def test_an_acting_director_signs_while_there_is_one(
    session: Session, centre: Centre, director_person: Person
) -> None:
    acting = make_person(session, centre, "Замещалова", "Ольга", "Ильинична", employed=False)
    make_office(session, acting, OfficeKind.ACTING_DIRECTOR, date(2026, 10, 1), date(2026, 10, 10))
    signs = {
        day: institution_of(session, centre, day).director for day in (date(2026, 10, 5), date(2026, 10, 11))
    }
    assert [(one.post, one.name.last) for one in signs.values()] == [
        ("И. о. директора", "Замещалова"),
        ("Директор", "Соловьёв"),
    ]


def test_orders_are_drafted_by_the_coordinator_alone(
    session: Session,
    coordinator: Actor,
    leader: Actor,
    director: Actor,
    association: Association,
    teachers: list[Person],
    now: datetime,
) -> None:
    named = Named(teachers[0], "Белову Анну Ивановну, учителя МБОУ «Средняя школа № 4»")
    words = {"initiator": "управления образования", "ground": "потребностью", "now": now}
    created = creation_draft(
        session, coordinator, association, starts=date(2026, 11, 1), leader=named, **words
    )
    appointed = appointment_draft(session, coordinator, association, named, starts=date(2026, 11, 1), now=now)
    acting = acting_draft(
        session,
        coordinator,
        association,
        named,
        starts=date(2026, 11, 1),
        ends=date(2026, 11, 20),
        now=now,
    )
    for document in (created, appointed, acting):
        assert order_form.render_pdf(document)[:5] == b"%PDF-"
    with pytest.raises(Denied):
        creation_draft(session, leader, association, starts=date(2026, 11, 1), **words)

from datetime import date

import pytest
from sqlalchemy import select

from mmo_lti.models.journal import JournalEntry
from mmo_lti.models.order import OrderKind
from mmo_lti.models.outbox import OutboxRow
from mmo_lti.rules.states import AssociationState
from mmo_lti.services.association import create_draft, find_association, rename
from mmo_lti.services.order_paper import Grounds, OrderPaper, initiators
from mmo_lti.services.permission import NotFound
from tests.factories.association import make_association
from tests.factories.course import make_course, make_group_link
from tests.refusal import denied, refused

PAPER = OrderPaper(number="17-о", signed_on=date(2026, 10, 1))


@pytest.fixture
def grounds(session, coordinator):
    return Grounds(initiators(session, coordinator)[0], "потребность учителей физики")


def test_the_coordinator_opens_a_draft_with_the_next_free_code(session, centre, coordinator, grounds, now):
    make_association(session, centre, code="MMO-07", state=AssociationState.CLOSED)
    make_association(session, centre, code="OLD")
    draft = create_draft(session, coordinator, " учителей  физики", "Физика", grounds, now)
    assert (draft.code, draft.genitive, draft.state) == ("MMO-08", "учителей физики", AssociationState.DRAFT)
    assert (draft.initiator, draft.ground) == (grounds.initiator, grounds.ground)
    assert draft.created_on is None
    assert find_association(session, centre.id, "mmo-08") is draft


def test_r5_teachers_ask_the_regulation_names_the_initiators(session, coordinator, now):
    with refused("R5.initiator", initiator="учителя школы № 4"):
        grounds = Grounds("учителя школы № 4", "потребность")
        create_draft(session, coordinator, "учителей физики", "", grounds, now)


def test_r5_each_act_records_the_ground(session, coordinator, grounds, now):
    with refused("text.missing", field="ground"):
        bare = Grounds(grounds.initiator, " ")
        create_draft(session, coordinator, "учителей физики", "", bare, now)


def test_a_living_association_keeps_its_name_to_itself(session, centre, coordinator, grounds, now):
    make_association(session, centre, "учителей физики", code="MMO-04")
    make_association(session, centre, "учителей химии", state=AssociationState.CLOSED)
    with refused("association.same", code="MMO-04"):
        create_draft(session, coordinator, "Учителей физики", "", grounds, now)
    assert create_draft(session, coordinator, "учителей химии", "", grounds, now)


@pytest.mark.parametrize("role", ["outsider", "member", "leader", "director", "site_administrator"])
def test_r5_1_only_the_coordinator_creates_and_renames(session, association, grounds, request, role, now):
    actor = request.getfixturevalue(role)
    with denied("R5.1"):
        create_draft(session, actor, "учителей физики", "", grounds, now)
    with denied("R5.1"):
        rename(session, actor, association, "учителей алгебры", "", PAPER, grounds, now)
    assert association.genitive == "учителей математики"


def test_an_association_is_renamed_by_order_and_its_group_follows(
    session, centre, association, coordinator, grounds, now
):
    course = make_course(session, centre)
    make_group_link(session, association, course)
    order = rename(session, coordinator, association, "учителей алгебры", "Алгебра", PAPER, grounds, now)
    assert (order.kind, order.number, order.initiator) == (OrderKind.RENAMING, "17-о", grounds.initiator)
    assert (association.genitive, association.search_key) == ("учителей алгебры", "учителей алгебры алгебра")
    assert session.scalars(select(OutboxRow.subject_id)).all() == [course.id]
    actions = session.scalars(select(JournalEntry.action).order_by(JournalEntry.id)).all()
    assert actions == ["register_order", "rename_association"]


def test_only_an_active_association_is_renamed(session, centre, coordinator, grounds, now):
    draft = make_association(session, centre, state=AssociationState.DRAFT)
    with refused("association.not_active"):
        rename(session, coordinator, draft, "учителей алгебры", "", PAPER, grounds, now)


def test_another_centres_code_is_not_found(session, centre, other_centre):
    make_association(session, other_centre, code="MMO-33")
    with pytest.raises(NotFound):
        find_association(session, centre.id, "MMO-33")

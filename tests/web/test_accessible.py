"""Every page of an association and of a person can be used by ear and by keyboard."""

import itertools
from datetime import date
from typing import Any

import pytest

from mmo_lti.models.association import Association
from mmo_lti.models.database import Database
from mmo_lti.models.plan import Proposal
from mmo_lti.rules.states import MembershipState, ProtocolState
from tests.factories.membership import make_membership
from tests.factories.moment import NOW, moment
from tests.factories.plan import make_plan
from tests.web.conftest import City
from tests.web.page import see
from tests.web.protocol_writing import begin_protocol
from tests.web.visitor import Visitor

YEAR = "/a/MMO-02/2026-27"
PAGES = [
    "/",
    "/associations",
    "/me",
    "/a/MMO-02",
    "/a/MMO-02/members?search=белова",
    "/a/MMO-02/documents",
    f"{YEAR}/plan",
    f"{YEAR}/meetings",
    f"{YEAR}/meetings/1",
    f"{YEAR}/protocols/1",
    f"{YEAR}/report",
]


@pytest.fixture(params=["leader", "member", "coordinator", "director"])
def visitor(request: pytest.FixtureRequest, database: Database, city: City) -> Visitor:
    with database.write() as session:
        make_plan(session, city.association)
        protocol = begin_protocol(session, city)
        if request.param in {"member", "director"}:
            protocol.state, protocol.lodged_at = ProtocolState.ACCEPTED, moment(2026, 10, 3)
        make_membership(session, city.association, city.outsider, MembershipState.REQUESTED)
        session.add(
            Proposal(
                centre_id=city.centre.id, association_id=city.association.id, year=2026,
                person_id=city.member.id, topic="Олимпиада", created_at=NOW,
            )
        )  # fmt: skip
    found: Visitor = request.getfixturevalue(request.param)
    return found


COORDINATORS = [
    "/city/remind",
    "/city/people/1",
    "/city/orders/MMO-02/papers",
    "/city/orders/MMO-02/draft/creation",
    "/city/orders/MMO-02/draft/appointment",
]


def named(tree: Any, field: Any) -> bool:
    """Whether a field has a name that is read out."""
    if field.get("aria-label"):
        return True
    if field.get("aria-labelledby"):
        return all(tree.xpath(f"//*[@id='{one}']") for one in field.get("aria-labelledby").split())
    labels = tree.xpath(f"//label[@for='{field.get('id')}']") or field.xpath("./ancestor::label")
    return bool(labels) and bool("".join(labels[0].itertext()).strip())


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_named_ordered_and_labelled(visitor: Visitor, path: str) -> None:
    check_named_ordered_and_labelled(visitor, path)


@pytest.mark.parametrize("path", COORDINATORS)
def test_so_is_a_page_of_the_coordinators(
    coordinator: Visitor, database: Database, city: City, path: str
) -> None:
    if path.endswith("/papers"):
        with database.write() as session:
            session.get_one(Association, city.association.id).started_using = date(2026, 10, 1)
    check_named_ordered_and_labelled(coordinator, path)
    assert len(see(coordinator, path).primary) == 1


def check_named_ordered_and_labelled(visitor: Visitor, path: str) -> None:
    tree = see(visitor, path).tree
    fields = tree.xpath("//input[not(@type='hidden')] | //select | //textarea")
    assert [field.get("name") for field in fields if not named(tree, field)] == []
    silent = [one for one in tree.xpath("//button | //a") if not "".join(one.itertext()).strip()]
    assert silent == []
    levels = [int(one.tag[1]) for one in tree.xpath("//h1 | //h2 | //h3 | //h4")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
    assert tree.get("lang") == "ru"
    assert tree.xpath("//title")[0].text.strip() != "– Методические объединения"
    described = tree.xpath("//@aria-describedby")
    known = set(tree.xpath("//@id"))
    assert {one for some in described for one in some.split()} <= known
    assert len(known) == len(tree.xpath("//@id"))
    assert all(one.get("scope") for one in tree.xpath("//th"))


@pytest.mark.parametrize("path", PAGES)
def test_at_most_one_act_stands_out(visitor: Visitor, path: str) -> None:
    assert len(see(visitor, path).primary) <= 1


@pytest.mark.parametrize("path", PAGES)
def test_a_state_is_a_mark_a_word_and_a_colour(visitor: Visitor, path: str) -> None:
    for mark in see(visitor, path).tree.xpath("//*[contains(@class, 'mmo-mark ')]"):
        sign, *words = "".join(mark.itertext()).split(maxsplit=1)
        assert sign in "✓…◷!–"
        assert words
        assert mark.xpath("./*[@aria-hidden='true']")

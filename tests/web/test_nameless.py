"""People whose names Moodle does not share are told apart by a number (row 75 of the conformance list)."""

from mmo_lti.models.database import Database
from mmo_lti.models.person import Person
from tests.web.conftest import City
from tests.web.visitor import Visitor, readable


def forget_name(database: Database, city: City) -> int:
    with database.write() as session:
        person = session.get_one(Person, city.member.id)
        person.last = person.first = person.patronymic = ""
        return person.id


def test_lti_075_shown_as_a_participant_with_a_number(
    leader: Visitor, member: Visitor, database: Database, city: City
) -> None:
    number = forget_name(database, city)
    assert f"участник {number}" in readable(leader.get(f"/a/{city.association.code}/members"))
    assert f"участник {number}" in readable(member.get("/"))
    assert city.member.last not in readable(member.get("/"))

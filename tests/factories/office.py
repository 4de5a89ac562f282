from datetime import date

from sqlalchemy.orm import Session

from mmo_lti.models.office import Office, OfficeKind
from mmo_lti.models.person import Person
from tests.factories.moment import NOW


def make_office(
    session: Session,
    person: Person,
    kind: OfficeKind,
    since: date = date(2020, 9, 1),
    until: date | None = None,
) -> Office:
    """An office of the centre that the person holds."""
    office = Office(
        centre_id=person.centre_id, person_id=person.id, kind=kind, since=since, until=until, created_at=NOW
    )
    session.add(office)
    session.flush()
    return office

"""What a morning of the clock told, and whom."""

from sqlalchemy.orm import Session

from mmo_lti.models.centre import Centre
from mmo_lti.models.person import Person
from mmo_lti.services.deadline import run_deadlines
from tests.factories.moment import moment


def told(session: Session, centre: Centre, *day: int) -> list[tuple[str, str]]:
    """Kind of each notice written at ten in the morning of a day, and the surname of who is told."""
    written = run_deadlines(session, centre, moment(*day, 7))
    session.flush()
    return sorted((notice.kind, session.get_one(Person, notice.person_id).last) for notice in written)


def kinds(session: Session, centre: Centre, *day: int) -> set[str]:
    return {kind for kind, _ in told(session, centre, *day)}

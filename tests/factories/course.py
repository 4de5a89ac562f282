from typing import Any

from sqlalchemy.orm import Session

from mmo_lti.models.association import Association
from mmo_lti.models.centre import Centre
from mmo_lti.models.course import Course, GroupLink, LinkState
from tests.factories.moment import NOW


def make_course(
    session: Session, centre: Centre, context_id: str = "2", *, connected: bool = True, **fields: Any
) -> Course:
    """A course from which the tool was launched."""
    fields = {
        "title": "Методические объединения",
        "connected_at": NOW if connected else None,
        "resource_link_id": "7",
    } | fields
    course = Course(centre_id=centre.id, context_id=context_id, **fields)
    session.add(course)
    session.flush()
    return course


def make_group_link(
    session: Session,
    association: Association,
    course: Course,
    group_id: int | None = 11,
    *,
    state: LinkState = LinkState.LINKED,
    **fields: Any,
) -> GroupLink:
    """The association's group in the course."""
    link = GroupLink(
        centre_id=association.centre_id,
        association_id=association.id,
        course_id=course.id,
        group_id=group_id,
        state=state,
        **({"since": NOW, "remembered": {}} | fields),
    )
    session.add(link)
    session.flush()
    return link

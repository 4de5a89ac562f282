"""The services of a course, opened with the registration of the launch that named them; sending grades."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from mmo_lti.lti.grades import GradeBook, LineItem, Score
from mmo_lti.lti.names_and_roles import CourseMember, read_members
from mmo_lti.lti.platform_service import PlatformService, ServiceFailed, ServiceGround, ServicePlatform
from mmo_lti.models.course_service import CourseService
from mmo_lti.models.grade import GradeColumn
from mmo_lti.models.registration import Deployment
from mmo_lti.services import grade as grades

TAG = "participation"
OF_THE_PERSON = frozenset({"status_400", "status_422"})
"""A score so refused is one for somebody without a place in the gradebook, as Moodle's teachers are."""
NO_LINE_ITEM = "status_404"


def members_of_course(ground: ServiceGround, course_id: int) -> tuple[CourseMember, ...]:
    """The people of a course by names and roles; raises `ServiceFailed`."""
    with ground.database.read() as session:
        offered, service = _opened(ground, session, course_id)
    return read_members(service, offered.memberships_url)


def grade_book(ground: ServiceGround, course_id: int) -> GradeBook:
    """The gradebook of a course; raises `ServiceFailed` where no launch named one."""
    with ground.database.read() as session:
        offered, service = _opened(ground, session, course_id)
    return GradeBook(service, offered.lineitems_url, frozenset(offered.grade_scopes))


def send_grades(ground: ServiceGround, column_id: int) -> int:
    """Send the grades of a column that wait; returns how many the platform took.

    May be killed at any line and run again: the line item is found by our id, a score goes out with the
    moment it was given at. What the platform has against one person's grade is final and noted there; any
    other failure is noted at the column, leaves the rest waiting and raises `ServiceFailed`.
    """
    try:
        sent = _send(ground, column_id)
    except ServiceFailed as failed:
        with ground.database.write() as session:
            grades.mark_column(session, column_id, failed.reason)
        raise
    with ground.database.write() as session:
        grades.mark_column(session, column_id, "")
    return sent


def _send(ground: ServiceGround, column_id: int) -> int:
    with ground.database.read() as session:
        column = session.get_one(GradeColumn, column_id)
        pending = [
            (grade.id, Score(grade.sub, grade.given, column.maximum, grade.at))
            for grade in grades.waiting(session, column)
        ]
    if not pending:
        return 0
    book = grade_book(ground, column.course_id)
    url = column.url or _line_item(ground, book, column)
    sent = 0
    for grade_id, score in pending:
        try:
            failure = _post(book, url, score)
        except ServiceFailed as failed:
            if failed.reason != NO_LINE_ITEM:
                raise
            with ground.database.write() as session:
                grades.forget_line_item(session, column_id)
            raise ServiceFailed("lineitem_gone", again=True) from None
        with ground.database.write() as session:
            grades.mark_sent(session, grade_id, score.at, ground.now(session), failure)
        sent += not failure
    return sent


def _post(book: GradeBook, url: str, score: Score) -> str:
    try:
        book.post_score(url, score)
    except ServiceFailed as failed:
        if failed.reason not in OF_THE_PERSON:
            raise
        return failed.reason
    return ""


def _line_item(ground: ServiceGround, book: GradeBook, column: GradeColumn) -> str:
    """Find or make the column's line item; two workers at once make one."""
    with ground.database.write() as session:
        mine = grades.claim_column(session, column.id, ground.wall())
    if not mine:
        with ground.database.read() as session:
            url = session.scalar(select(GradeColumn.url).where(GradeColumn.id == column.id))
        if url:
            return url
        raise ServiceFailed("lineitem_busy", again=True)
    wanted = LineItem(column.label, column.maximum, column.resource_id, TAG)
    url = ""
    try:
        url = book.find_or_create(wanted).url
    finally:
        with ground.database.write() as session:
            grades.keep_column(session, column.id, url)
    return url


def _opened(ground: ServiceGround, session: Session, course_id: int) -> tuple[CourseService, PlatformService]:
    offered = session.get(CourseService, course_id)
    if offered is None:
        raise ServiceFailed("not_offered")
    deployment = session.get_one(
        Deployment, offered.deployment_id, options=[joinedload(Deployment.registration)]
    )
    if not deployment.enabled or not deployment.registration.enabled:
        raise ServiceFailed("disabled")
    return offered, PlatformService(ground, ServicePlatform.of(session, deployment.registration))

"""Back into the tool by a link of a notice: through Moodle, since the only sign-in is a launch.

A link from a mail or a QR code arrives without a session. It then leads to an activity in Moodle, and marks
where the person's next launch lands.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import ColumnElement, Table, bindparam, delete, or_, select
from sqlalchemy.orm import Session

from mmo_lti.models.association import Association
from mmo_lti.models.centre import Centre
from mmo_lti.models.course import Course, GroupLink, LinkState
from mmo_lti.models.membership import Membership
from mmo_lti.models.notice import Notice
from mmo_lti.models.person import Account
from mmo_lti.models.way_back import WayBack
from mmo_lti.models.web_session import WebSession
from mmo_lti.services.admission import Admission
from mmo_lti.services.membership_move import STANDING
from mmo_lti.services.moodle_words import activity_address, course_address, link_address
from mmo_lti.services.sealed import digest_of, same

MARK_LIFE = timedelta(minutes=15)
OWN_WAY_LIFE = timedelta(days=30)
"""After this time without a launch the activity may be gone: the way of the others is surer."""


def mark(session: Session, notice: Notice, now: datetime) -> None:
    """Let the next launch of the notice's person land on what the notice is about; a newer mark wins."""
    row = session.get(WayBack, notice.person_id)
    if row is None:
        row = WayBack(person_id=notice.person_id, centre_id=notice.centre_id)
        session.add(row)
    row.path, row.until = notice.link, now + MARK_LIFE


_ways = cast("Table", WayBack.__table__)
_TAKE = delete(_ways).where(_ways.c.person_id == bindparam("of")).returning(_ways.c.path, _ways.c.until)


def take(session: Session, admission: Admission, now: datetime) -> str | None:
    """The path marked for the person who has just launched, once; none without a mark or after its time."""
    if not admission.awaited:
        return None
    found = session.execute(_TAKE, {"of": admission.actor.person_id}).one_or_none()
    return found.path if found is not None and found.until > now else None


@dataclass(frozen=True)
class Way:
    """Addresses in Moodle: an activity through which a person comes in; its course, if that does not open."""

    activity: str = ""
    course: str = ""


def way_to_moodle(session: Session, notice: Notice, now: datetime) -> Way:
    """How the notice's person comes in; empty where no way is known.

    First the activity by which they came themselves not long ago: it opens to them. Then that of a course of
    the association that the notice is about, of one of the person's associations, of any connected course.
    """
    centre = session.get_one(Centre, notice.centre_id)
    came_by, course = _own_way(session, notice, now)
    if course is None:
        course = _course_of(session, notice)
        came_by = course.resource_link_id if course else ""
    return Way(link_address(centre, came_by), course_address(centre, course)) if course else Way()


def _own_way(session: Session, notice: Notice, now: datetime) -> tuple[str, Course | None]:
    found = session.execute(
        select(Account.came_by, Course)
        .join(Course, Course.id == Account.came_from_id)
        .where(
            Account.centre_id == notice.centre_id,
            Account.person_id == notice.person_id,
            Account.came_by != "",
            Account.last_launch_at > now - OWN_WAY_LIFE,
            Course.connected_at.is_not(None),
        )
        .order_by(Account.last_launch_at.desc())
        .limit(1)
    ).one_or_none()
    return (found.came_by, found.Course) if found is not None else ("", None)


def _course_of(session: Session, notice: Notice) -> Course | None:
    own = select(Membership.association_id).where(
        Membership.centre_id == notice.centre_id,
        Membership.person_id == notice.person_id,
        Membership.state.in_(STANDING),
    )
    linked = or_(GroupLink.association_id == notice.association_id, GroupLink.association_id.in_(own))
    return _course(session, notice.centre_id, linked, GroupLink.association_id != notice.association_id)


def way_to_association(session: Session, association: Association) -> Way:
    """How anybody of the association comes in: by a course of its own, else by any connected one."""
    centre = session.get_one(Centre, association.centre_id)
    course = _course(session, centre.id, GroupLink.association_id == association.id)
    return Way(activity_address(centre, course), course_address(centre, course)) if course else Way()


def _course(
    session: Session, centre_id: int, wanted: ColumnElement[bool], *order: ColumnElement[bool]
) -> Course | None:
    """The course of a wanted link, else any connected one; only those whose activity is known."""
    linked = (
        select(Course)
        .join(GroupLink, GroupLink.course_id == Course.id)
        .where(GroupLink.centre_id == centre_id, GroupLink.state != LinkState.ENDED, wanted)
        .order_by(*order, GroupLink.id)
    )
    connected = select(Course).where(Course.centre_id == centre_id).order_by(Course.id)
    for query in (linked, connected):
        reachable = query.where(Course.connected_at.is_not(None), Course.resource_link_id != "")
        course = session.scalar(reachable.limit(1))
        if course is not None:
            return course
    return None


def way_from(session: Session, handle: str, token: str) -> str:
    """The activity from which a session came, also after its end; empty where it is not known any more.

    Asked for with the session's own secret only: nobody learns where another person came from.
    """
    row = session.scalar(select(WebSession).where(WebSession.handle == handle))
    if row is None or not same(row.token_digest, digest_of(token)):
        return ""
    return link_address(session.get_one(Centre, row.centre_id), row.resource_link_id)

"""Back into the tool by a link of a notice: through Moodle, since the only sign-in is a launch.

A link from a mail or a QR code arrives without a session. It then leads to an activity in Moodle, and marks
where the person's next launch lands.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import ColumnElement, Table, bindparam, delete, or_, select
from sqlalchemy.orm import Session

from mmo_lti.models.association import Association
from mmo_lti.models.centre import Centre
from mmo_lti.models.course import Course, GroupLink, LinkState
from mmo_lti.models.membership import Membership
from mmo_lti.models.notice import Notice
from mmo_lti.models.way_back import WayBack
from mmo_lti.models.web_session import WebSession
from mmo_lti.services.admission import Admission
from mmo_lti.services.membership_move import STANDING
from mmo_lti.services.moodle_words import activity_address, link_address
from mmo_lti.services.sealed import digest_of, same

MARK_LIFE = timedelta(minutes=15)


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
    found = session.execute(_TAKE, {"of": admission.actor.person_id}).one_or_none()
    return found.path if found is not None and found.until > now else None


def way_to_moodle(session: Session, notice: Notice) -> str:
    """The address of an activity through which the notice's person comes in; empty where none is known.

    First a course of the association that the notice is about, then one of the person's associations, then
    any connected course.
    """
    own = select(Membership.association_id).where(
        Membership.centre_id == notice.centre_id,
        Membership.person_id == notice.person_id,
        Membership.state.in_(STANDING),
    )
    linked = or_(GroupLink.association_id == notice.association_id, GroupLink.association_id.in_(own))
    return _way(session, notice.centre_id, linked, GroupLink.association_id != notice.association_id)


def way_to_association(session: Session, association: Association) -> str:
    """The address of an activity of a course of the association, else of any connected course; or empty."""
    return _way(session, association.centre_id, GroupLink.association_id == association.id)


def _way(session: Session, centre_id: int, wanted: ColumnElement[bool], *order: ColumnElement[bool]) -> str:
    centre = session.get_one(Centre, centre_id)
    linked = (
        select(Course)
        .join(GroupLink, GroupLink.course_id == Course.id)
        .where(GroupLink.centre_id == centre.id, GroupLink.state != LinkState.ENDED, wanted)
        .order_by(*order, GroupLink.id)
    )
    connected = select(Course).where(Course.centre_id == centre.id).order_by(Course.id)
    for query in (linked, connected):
        reachable = query.where(Course.connected_at.is_not(None), Course.resource_link_id != "")
        course = session.scalar(reachable.limit(1))
        if course is not None:
            return activity_address(centre, course)
    return ""


def way_from(session: Session, handle: str, token: str) -> str:
    """The activity from which a session came, also after its end; empty where it is not known any more.

    Asked for with the session's own secret only: nobody learns where another person came from.
    """
    row = session.scalar(select(WebSession).where(WebSession.handle == handle))
    if row is None or not same(row.token_digest, digest_of(token)):
        return ""
    return link_address(session.get_one(Centre, row.centre_id), row.resource_link_id)

"""Names and roles 2.0: the people of a course where no web-service token is set up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from mmo_lti.lti import vocabulary
from mmo_lti.lti.claims import is_id
from mmo_lti.lti.optional_claims import text
from mmo_lti.lti.outgoing import OutgoingFailed
from mmo_lti.lti.paged import pages, with_query
from mmo_lti.lti.platform_service import PlatformService, ServiceFailed
from mmo_lti.lti.roles import read_roles
from mmo_lti.services.launch import LaunchName, LaunchRoles

MEDIA_TYPE = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json"
MAX_MEMBERS = 100_000


@dataclass(frozen=True)
class CourseMember:
    """One person of the course; names and e-mail are empty where the platform does not share them."""

    sub: str
    active: bool
    roles: LaunchRoles
    name: LaunchName
    email: str
    sourcedid: str


def read_members(
    service: PlatformService,
    url: str,
    *,
    limit: int | None = None,
    role: str | None = None,
    resource_link_id: str | None = None,
) -> tuple[CourseMember, ...]:
    """The whole list, or `ServiceFailed`: never a part of it, and never an empty one.

    `url` is the one that a launch of the course named; an empty one means that the platform does not offer
    the service (`not_offered`). The people of a course always have somebody among them, so an empty list is
    a failure of the platform (`empty`), not news.
    """
    if not url:
        raise ServiceFailed("not_offered")
    found: dict[str, CourseMember] = {}
    start = with_query(url, role=role, limit=limit, rlid=resource_link_id)
    for answer in pages(service, start, (vocabulary.MEMBERSHIP_SCOPE,), MEDIA_TYPE):
        try:
            document = answer.json()
        except OutgoingFailed:
            raise ServiceFailed("members_json", again=True) from None
        for entry in _entries(document):
            found[entry.sub] = entry
        if len(found) > MAX_MEMBERS:
            raise ServiceFailed("members_too_many")
    if not found and role is None:
        raise ServiceFailed("empty")
    return tuple(found.values())


def _entries(document: Any) -> list[CourseMember]:
    members = document.get("members") if isinstance(document, dict) else None
    if not isinstance(members, list):
        raise ServiceFailed("members_json")
    return [_member(entry) for entry in members]


def _member(entry: Any) -> CourseMember:
    """One entry; one that cannot be read spoils the list, for nobody may be left out silently."""
    roles = entry.get("roles") if isinstance(entry, dict) else None
    if not isinstance(roles, list) or not is_id(entry.get("user_id")):
        raise ServiceFailed("members_entry")
    return CourseMember(
        sub=entry["user_id"],
        active=entry.get("status", "Active") == "Active",
        roles=read_roles(role for role in roles if isinstance(role, str)),
        name=LaunchName(
            given=text(entry, "given_name", 150),
            family=text(entry, "family_name", 150),
            full=text(entry, "name", 300),
        ),
        email=text(entry, "email", 254),
        sourcedid=text(entry, "lis_person_sourcedid", 255),
    )

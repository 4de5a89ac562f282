"""What forms of orders have in common: the paper, its scan, a person found by name, a place in Moodle."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask_babel import gettext

from mmo_lti.models.association import Association
from mmo_lti.models.course import Course
from mmo_lti.models.person import Person
from mmo_lti.models.stored_file import StoredFile
from mmo_lti.services import member_list
from mmo_lti.services.course import connected_courses, find_course, groups_of_course
from mmo_lti.services.file_kind import FileKind
from mmo_lti.services.order_paper import Grounds, OrderPaper
from mmo_lti.services.permission import NotFound
from mmo_lti.services.person import find_person, people_search
from mmo_lti.web.form import Form
from mmo_lti.web.request import now, session_for_request, signed_in
from mmo_lti.web.upload import keep_upload, kept_upload


@dataclass(frozen=True)
class Place:
    """Where an association gathers in Moodle: a group of a course, or a new one there."""

    course: Course
    group_id: int | None = None


@dataclass(frozen=True)
class CoursePlaces:
    """A connected course and its groups, to choose from: `id`, `name`, `people`, `taken`."""

    course: Course
    groups: Sequence[dict[str, Any]] = field(default_factory=list)


def file_scan(form: Form, association: Association | None) -> None:
    """File the scan that came along; its number stays in the form, whatever else is faulty."""
    keep_upload(form, "scan", FileKind.ORDER_SCAN, association)


def filed_scan(form: Form) -> StoredFile | None:
    """The scan that a form holds, for showing its name."""
    return kept_upload(form, "scan")


def read_paper(form: Form, prefix: str = "") -> OrderPaper:
    """Number and date of an order as typed; with a fault noted its values mean nothing."""
    number = form.text(f"{prefix}number", required=True, longest=50)
    signed_on = form.day(f"{prefix}signed_on", required=True)
    return OrderPaper(number, signed_on or date.min, form.number("scan_id") if not prefix else None)


def read_grounds(form: Form) -> Grounds:
    """Who initiated the act and why."""
    initiator = form.text("initiator", required=True, longest=300)
    return Grounds(initiator, form.text("ground", required=True))


def read_person(form: Form, name: str, *, required: bool = False) -> Person | None:
    """The person chosen by number, or none."""
    number = form.number(name)
    if number is None:
        if required:
            form.faults.setdefault(name, gettext("Выберите человека: введите фамилию и нажмите «Найти»."))
        return None
    return find_person(session_for_request(), signed_in().centre_id, number)


def read_place(form: Form) -> Place | None:
    """The chosen group: `course:group`, or `course:` for a new one; empty for none."""
    course, _, group = form.text("place").partition(":")
    if not course:
        return None
    if not course.isdecimal() or (group and not group.isdecimal()):
        raise NotFound
    found = find_course(session_for_request(), signed_in().centre_id, int(course))
    return Place(found, int(group) if group else None)


def places() -> list[CoursePlaces]:
    """All connected courses with their groups as last read."""
    session, actor = session_for_request(), signed_in()
    return [
        CoursePlaces(course, groups_of_course(session, actor, course, now()))
        for course in connected_courses(session, actor, now())
    ]


def people_to_choose(form: Form, name: str, association: Association | None) -> list[Person]:
    """Members of the association, people found by the typed name, and who was chosen before."""
    session, actor = session_for_request(), signed_in()
    people: dict[int, Person] = {}
    typed = form.values.get(f"{name}_search", "").strip()
    if typed:
        people |= {one.id: one for one in people_search(session, actor, typed, now())}
    if association is not None:
        members = member_list.members_of(session, actor, association, now())
        people |= {one.person_id: one.person for one in members}
    chosen = form.values.get(name, "")
    if chosen.isdecimal() and int(chosen) not in people:
        people[int(chosen)] = find_person(session, actor.centre_id, int(chosen))
    return list(people.values())

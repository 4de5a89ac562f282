"""The site itself: its tables, one lock, and the few changes that everything else is made of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from threading import RLock

from moodle_sync.sandbox.clock import Clock
from moodle_sync.sandbox.cost import Meter
from moodle_sync.sandbox.faults import Faults
from moodle_sync.sandbox.model import (
    Category,
    Course,
    Enrolment,
    Event,
    Group,
    Grouping,
    Message,
    RoleAssignment,
    Service,
    Site,
    Token,
    User,
    course_context,
)
from moodle_sync.sandbox.roles import STUDENT, fresh_roles
from moodle_sync.sandbox.tool_model import Activity, LineItem, Tool

ADMIN_ID = 2


class Moodle:
    """A Moodle in memory. Whoever reads or writes more than one table holds `lock`."""

    def __init__(self, clock: Clock | None = None, site: Site | None = None) -> None:
        self.lock = RLock()
        self.clock = clock or Clock()
        self.site = site or Site()
        self.meter = Meter()
        self.faults = Faults()
        self.service = Service()
        self.users: dict[int, User] = {}
        self.categories: dict[int, Category] = {}
        self.courses: dict[int, Course] = {}
        self.enrolments: dict[int, dict[int, Enrolment]] = {}
        self.groups: dict[int, Group] = {}
        self.members: dict[int, set[int]] = {}
        self.groupings: dict[int, Grouping] = {}
        self.events: dict[int, Event] = {}
        self.messages: list[Message] = []
        self.conversations: dict[tuple[int, int], int] = {}
        self.roles = fresh_roles()
        self.assignments: dict[int, list[RoleAssignment]] = {}
        self.tokens: dict[str, Token] = {}
        self.tools: dict[int, Tool] = {}
        self.activities: dict[int, Activity] = {}
        self.line_items: dict[int, LineItem] = {}
        self.admins: set[int] = {ADMIN_ID}
        self.next_ids: dict[str, int] = {}
        self.version = 0

    def now(self) -> int:
        """Return the time of the site in whole seconds (UTC)."""
        return self.clock.now()

    def changed(self) -> None:
        """Note that something is to be kept."""
        self.version += 1

    def new_id(self, table: str, wanted: int = 0) -> int:
        """Return the next id of a table; `wanted` takes that id and counts on from there."""
        following = self.next_ids.get(table, 1)
        given = wanted or following
        self.next_ids[table] = max(following, given + 1)
        self.changed()
        return given

    # People

    def add_user(
        self, username: str, firstname: str, lastname: str, wanted_id: int = 0, **more: object
    ) -> User:
        """Create an account; `more` are fields of `User`."""
        user = User(self.new_id("user", wanted_id), username, firstname, lastname)
        for name, value in more.items():
            setattr(user, name, value)
        self.users[user.id] = user
        return user

    def user_named(self, username: str) -> User | None:
        """Return the living account with this login name."""
        return next((u for u in self.users.values() if u.username == username and not u.deleted), None)

    def living_user(self, user_id: int) -> User | None:
        """Return the account unless it was deleted."""
        user = self.users.get(user_id)
        return None if user is None or user.deleted else user

    def assign_role(self, user_id: int, role_id: int, context: str) -> None:
        """Give somebody a role in a place, once."""
        assignment = RoleAssignment(user_id, role_id, context)
        held = self.assignments.setdefault(user_id, [])
        if assignment not in held:
            held.append(assignment)
            self.changed()

    # Courses and enrolments

    def add_course(
        self, shortname: str, fullname: str, category_id: int = 0, wanted_id: int = 0, **more: object
    ) -> Course:
        """Create a course; `more` are fields of `Course`."""
        if not category_id:
            category_id = (
                self.add_category("Miscellaneous").id if not self.categories else min(self.categories)
            )
        course = Course(self.new_id("course", wanted_id), shortname, fullname, category_id)
        course.sortorder = category_id * 10000 + len(self.courses) + 1
        for name, value in more.items():
            setattr(course, name, value)
        self.courses[course.id] = course
        self.enrolments[course.id] = {}
        return course

    def add_category(self, name: str, wanted_id: int = 0) -> Category:
        """Create a course category."""
        category = Category(self.new_id("category", wanted_id), name)
        self.categories[category.id] = category
        return category

    def enrol(
        self,
        course_id: int,
        user_id: int,
        role_id: int = STUDENT,
        suspended: bool = False,
        timestart: int = 0,
        timeend: int = 0,
    ) -> Enrolment:
        """Enrol somebody, or rewrite the enrolment that is there, as Moodle does."""
        enrolment = Enrolment(user_id, role_id, suspended, timestart, timeend)
        self.enrolments[course_id][user_id] = enrolment
        self.assign_role(user_id, role_id, course_context(course_id))
        self.changed()
        return enrolment

    def unenrol(self, course_id: int, user_id: int) -> None:
        """Take somebody out of a course: roles there and memberships of all its groups go too."""
        if self.enrolments[course_id].pop(user_id, None) is None:
            return
        for group in self.groups_of(course_id):
            self.members[group.id].discard(user_id)
        place = course_context(course_id)
        self.assignments[user_id] = [a for a in self.assignments.get(user_id, ()) if a.context != place]
        self.changed()

    def enrolled(self, course_id: int, user_id: int) -> bool:
        """Say whether somebody is enrolled and let in at this moment."""
        enrolment = self.enrolments.get(course_id, {}).get(user_id)
        return enrolment is not None and enrolment.active(self.now())

    def courses_of(self, user_id: int) -> Iterator[Course]:
        """Yield the courses in which somebody is enrolled and let in."""
        return (course for course in self.courses.values() if self.enrolled(course.id, user_id))

    # Groups

    def add_group(self, course_id: int, name: str, wanted_id: int = 0, **more: object) -> Group:
        """Create a group; `more` are fields of `Group`."""
        group = Group(self.new_id("group", wanted_id), course_id, name)
        for field_name, value in more.items():
            setattr(group, field_name, value)
        self.groups[group.id] = group
        self.members[group.id] = set()
        return group

    def groups_of(self, course_id: int) -> list[Group]:
        """Return the groups of a course in Moodle's order, by name."""
        groups = (group for group in self.groups.values() if group.courseid == course_id)
        return sorted(groups, key=lambda group: group.name.casefold().replace("ё", "е"))

    def delete_group(self, group_id: int) -> None:
        """Delete a group with its memberships and its events; a missing one is nothing."""
        if self.groups.pop(group_id, None) is None:
            return
        self.members.pop(group_id, None)
        for grouping in self.groupings.values():
            if group_id in grouping.group_ids:
                grouping.group_ids.remove(group_id)
        self.events = {key: event for key, event in self.events.items() if event.groupid != group_id}
        self.changed()

    def groups_of_user(self, course_id: int, user_id: int) -> list[Group]:
        """Return the groups of a course in which somebody is, by id."""
        groups = (
            g for g in self.groups.values() if g.courseid == course_id and user_id in self.members[g.id]
        )
        return sorted(groups, key=lambda group: group.id)

    def people_in_order(self, user_ids: Iterable[int]) -> list[User]:
        """Return living people in Moodle's order, by last and first name."""
        users = (self.users[user_id] for user_id in user_ids if user_id in self.users)
        return sorted((user for user in users if not user.deleted), key=lambda user: user.sort_key)

    # Tools

    def add_tool(self, tool: Tool) -> Tool:
        """Keep an external tool type."""
        self.tools[tool.id] = tool
        self.changed()
        return tool

    def add_activity(
        self, course_id: int, tool_id: int, name: str, wanted_id: int = 0, cmid: int = 0, **more: object
    ) -> Activity:
        """Put a tool into a course; `more` are fields of `Activity`."""
        activity_id = self.new_id("lti", wanted_id)
        activity = Activity(activity_id, self.new_id("course_module", cmid), course_id, tool_id, name)
        for field_name, value in more.items():
            setattr(activity, field_name, value)
        self.activities[activity.id] = activity
        return activity

    def activity_by_cmid(self, cmid: int) -> Activity | None:
        """Return the activity of a course module."""
        return next((a for a in self.activities.values() if a.cmid == cmid), None)

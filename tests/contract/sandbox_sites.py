"""The two sites on which the answers were recorded, as far as the cases presume them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Flask

from moodle_sync.sandbox.clock import Clock
from moodle_sync.sandbox.config import SandboxConfig
from moodle_sync.sandbox.model import SYSTEM, Event, Role, Site, Token, category_context
from moodle_sync.sandbox.roles import (
    EDITING_TEACHER,
    MANAGER,
    SERVICE,
    SERVICE_CAPABILITIES,
    STUDENT,
    TEACHER,
)
from moodle_sync.sandbox.site_of import attach
from moodle_sync.sandbox.state import Moodle
from moodle_sync.sandbox.tool_model import Tool
from tests.contract.sandbox_alike import BASE_URL, load

TOKEN, CATEGORY_TOKEN = "TOKEN", "CATEGORY"
SYSTEM_ROLE = 50
NOW = 1795492757
_ROLES = {"editingteacher": EDITING_TEACHER, "teacher": TEACHER, "student": STUDENT}
# Of the capabilities that the role of the service account held when most was recorded.
BASIC = SERVICE_CAPABILITIES - {"moodle/course:viewhiddencourses"}


@dataclass
class World:
    """A site, the application that serves it, and the token of the account that the case calls with."""

    app: Flask
    moodle: Moodle
    token: str = TOKEN

    @property
    def client(self) -> Any:
        return self.app.test_client()

    def take(self, *capabilities: str) -> None:
        """Take capabilities from every role of the service account."""
        for role_id in (SERVICE, SYSTEM_ROLE):
            if role_id in self.moodle.roles:
                self.moodle.roles[role_id].capabilities -= set(capabilities)

    def give(self, *capabilities: str) -> None:
        """Give capabilities to the role of the service account."""
        self.moodle.roles[SERVICE].capabilities |= set(capabilities)

    def next_id(self, table: str, number: int) -> None:
        """Let the next row of a table have this id."""
        self.moodle.next_ids[table] = number

    def event(self, event_id: int, **more: Any) -> Event:
        """Put an event there."""
        fields = {"name": "Заседание", "timestart": 1798000000, "userid": 34, "eventtype": "group"}
        fields |= {"courseid": 2, "groupid": 1, **more}
        event = Event(id=self.moodle.new_id("event", event_id), **fields)
        event.timesort = event.timesort or event.timestart
        self.moodle.events[event.id] = event
        return event

    def events_of(self, name: str) -> None:
        """Put those events there that a recorded answer lists."""
        response = load(name)["response"]
        for row in response["events"]:
            kept = {key: value or 0 for key, value in row.items() if key in Event.__dataclass_fields__}
            kept |= {"description": row["description"], "modulename": row["modulename"] or ""}
            self.moodle.events.pop(row["id"], None)
            self.event(kept.pop("id"), **kept)


def _moodle() -> Moodle:
    return Moodle(Clock(wall_clock=lambda: NOW), Site(timezone="Asia/Yekaterinburg"))


def _teachers(moodle: Moodle) -> None:
    """Thirty teachers with the names of the recorded roster."""
    for row in load("enrolled_users")["response"]:
        user = moodle.add_user(row["username"], row["firstname"], row["lastname"], row["id"], lang="en")
        user.email = row["email"]
        user.idnumber, user.institution = row.get("idnumber", ""), row.get("institution", "")
        user.city, user.country = ("Городок" if user.idnumber else ""), "RU"


def _common(moodle: Moodle) -> None:
    moodle.add_user("guest", "Guest user", " ", 1, email="root@localhost", lang="en")
    moodle.add_user("admin", "Admin", "User", 2, email="admin@school.example", lang="en")
    moodle.add_category("Miscellaneous", 1)
    moodle.add_category("Методическая работа", 2)
    moodle.add_course("MMO", "Методические объединения", 2, 2, idnumber="MMO-2025", summary="Городские ММО")
    moodle.courses[2].groupmode = 1
    moodle.add_course("OTHER", "Другой курс", 1, 3)
    moodle.roles[SERVICE].capabilities = set(BASIC)


def site_one(app: Flask) -> World:
    """The first site: the service account is 37 and holds its role in the category."""
    moodle = _moodle()
    _common(moodle)
    _teachers(moodle)
    for name, group_id, idnumber in (
        ("ММО учителей математики", 1, "MMO-MATH"),
        ("ММО учителей русского языка", 2, "MMO-RUS"),
        ("ММО учителей информатики", 3, "MMO-INF"),
    ):
        moodle.add_group(2, name, group_id, idnumber=idnumber, description=f"<p>{name}</p>")
    for row in load("enrolled_users")["response"]:
        moodle.enrol(2, row["id"], _ROLES[row["roles"][0]["shortname"]], suspended=row["id"] == 35)
        for group in row.get("groups", []):
            moodle.members[group["id"]].add(row["id"])
    for user_id in (3, 5):
        moodle.users[user_id].lang = "ru"
    moodle.users[2].email = "admin@example.invalid"
    more = {"email": "manager1@school.example", "lang": "ru"}
    moodle.add_user("manager1", "Вера Павловна", "Управляющая", 33, **more)
    moodle.assign_role(33, MANAGER, category_context(2))
    moodle.add_user("outsider", "Пётр", "Посторонний", 34, email="outsider@school.example")
    moodle.add_user("ws_mmo", "Служба", "ММО", 37, email="ws_mmo@school.example", lang="en")
    moodle.roles[SYSTEM_ROLE] = Role(SYSTEM_ROLE, "ws", "Web services", set(BASIC))
    moodle.roles[SYSTEM_ROLE].capabilities -= {"moodle/calendar:manageentries", "moodle/site:messageanyuser"}
    moodle.roles[SYSTEM_ROLE].capabilities -= {"moodle/course:view", "moodle/course:managegroups"}
    moodle.assign_role(37, SERVICE, category_context(2))
    moodle.assign_role(37, SYSTEM_ROLE, SYSTEM)
    moodle.tokens[TOKEN] = Token(TOKEN, 37)
    return _world(app, moodle)


def site_two(app: Flask) -> World:
    """The second site: the service account is 34 and holds its role in the system."""
    moodle = _moodle()
    _common(moodle)
    _teachers(moodle)
    del moodle.users[35]
    for name, group_id in (
        ("ММО учителей русского языка", 1),
        ("ММО учителей математики", 2),
        ("ММО учителей информатики", 3),
    ):
        moodle.add_group(2, name, group_id, idnumber=f"mmo-0{group_id}")
    moodle.add_group(3, "Группа другого курса", 4, idnumber="x-1", descriptionformat=0)
    for row in load("group_members_100_groups")["response"][:3]:
        moodle.members[row["groupid"]] = set(row["userids"]) - {41, 43}
    for user_id in range(3, 33):
        moodle.enrol(2, user_id)
    more = {"email": "metodist@school.example", "lang": "en"}
    moodle.add_user("metodist", "Вера Павловна", "Методистова", 33, **more)
    moodle.enrol(2, 33, EDITING_TEACHER)
    more = {"email": "mmo-service@school.example", "lang": "en", "country": "RU"}
    moodle.add_user("mmo-service", "Служба", "ММО", 34, **more)
    moodle.assign_role(34, SERVICE, SYSTEM)
    moodle.tokens[TOKEN] = Token(TOKEN, 34)
    for number in range(1, 5):
        moodle.add_user(
            f"outsider{number}", "Пётр", f"Посторонний{number}", 34 + number, email=f"o{number}@x.example"
        )
    _category_account(moodle)
    world = _world(app, moodle)
    world.events_of("calendar_events_category_by_ids")
    return world


def _category_account(moodle: Moodle) -> None:
    """An account that holds the same role in the category only."""
    moodle.add_user("category", "Служба", "Категории", 50, email="category@school.example", lang="en")
    moodle.roles[SYSTEM_ROLE] = Role(SYSTEM_ROLE, "ws", "Web services", {"webservice/rest:use"})
    moodle.assign_role(50, SERVICE, category_context(2))
    moodle.assign_role(50, SYSTEM_ROLE, SYSTEM)
    moodle.tokens[CATEGORY_TOKEN] = Token(CATEGORY_TOKEN, 50)


def _world(app: Flask, moodle: Moodle) -> World:
    attach(app, moodle, SandboxConfig(base_url=BASE_URL))
    return World(app, moodle)


def with_states(world: World) -> None:
    """Three more people of the second site: suspended at site level, deleted, never confirmed."""
    for user_id, state in ((41, "susp"), (42, "del"), (43, "noconf")):
        user = world.moodle.add_user(
            f"u_{state}", "Зоя", f"Учебная {state}", user_id, lang="en", country="RU"
        )
        user.email, user.idnumber = f"u_{state}@school.example", f"ID-{state}"
        user.institution = "МБОУ СОШ № 1"
        world.moodle.enrol(2, user_id)
        world.moodle.members[2].add(user_id)
    world.moodle.users[43].confirmed = False


def with_activities(world: World) -> None:
    """Two activities of one tool in the course, course modules 17 and 18."""
    moodle = world.moodle
    moodle.courses[2].sections = [row["name"] for row in load("course_contents_only_lti")["response"]]
    tool = Tool(
        id=moodle.new_id("tool"),
        client_id="ClientMmo1",
        name="ММО",
        target_link_uri="https://tool.example/launch",
        initiate_login_uri="https://tool.example/login",
        redirect_uris=["https://tool.example/launch"],
        jwks_uri="https://tool.example/jwks",
    )
    moodle.add_tool(tool)
    moodle.add_activity(2, tool.id, "Методическое объединение", 1, 17, section=1)
    moodle.add_activity(2, tool.id, "Второй вход", 2, 18, section=1)


def life_course(world: World, course_id: int, mark: str, groups: tuple[int, int], first_event: int) -> None:
    """A course with two groups, five people, two group events and one course event."""
    moodle, code = world.moodle, f"MMO-{mark.upper()}"
    course = moodle.add_course(code, f"ММО {code}", 2, course_id, summaryformat=0)
    for user_id in (3, 4, 5, 6):
        moodle.enrol(course.id, user_id)
    moodle.enrol(course.id, 33, EDITING_TEACHER)
    moodle.add_group(course.id, "ММО учителей математики", groups[0], idnumber="mmo-02")
    moodle.add_group(course.id, "ММО учителей химии", groups[1], idnumber="mmo-05")
    moodle.members[groups[0]], moodle.members[groups[1]] = {3, 4}, {5}
    for number, (group_id, start) in enumerate(((groups[1], 1798086400), (groups[0], 1798172800)), start=1):
        world.event(
            first_event + number - 1,
            name=f"Заседание {number}",
            description=f'<p>Повестка</p><span class="mmo-event-mmo-{mark}-{number}"> </span>',
            courseid=course.id,
            groupid=group_id,
            timestart=start,
            timeduration=5400,
        )
    world.event(first_event + 2, name="Событие курса", eventtype="course", courseid=course.id, groupid=0)

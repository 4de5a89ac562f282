"""A small site for tests and for looking around: 30 teachers, three groups, a class with pupils."""

from __future__ import annotations

from dataclasses import dataclass

from moodle_sync.sandbox.model import SYSTEM, Token, User, category_context
from moodle_sync.sandbox.roles import EDITING_TEACHER, MANAGER, SERVICE, STUDENT, TEACHER
from moodle_sync.sandbox.state import ADMIN_ID, Moodle

TOKEN = "sandbox-token"  # noqa: S105 - a sandbox opens for everybody
_FIRST = ("Анна", "Мария", "Елена", "Ольга", "Татьяна", "Наталья")
_PATRONYMIC = ("Ивановна", "Петровна", "Сергеевна", "Викторовна", "Николаевна")
_LAST = (
    "Иванова Петрова Сидорова Кузнецова Смирнова Васильева Попова Соколова Михайлова Новикова Фёдорова"
    " Морозова Волкова Алексеева Лебедева Семёнова Егорова Павлова Козлова Степанова Николаева Орлова"
    " Андреева Макарова Никитина Захарова Зайцева Соловьёва Борисова Яковлева"
)
GROUPS = ("ММО учителей русского языка", "ММО учителей математики", "ММО учителей информатики")


@dataclass(slots=True)
class SmallSite:
    """Where to find what: teachers have the ids 3 to 32, in the order of the groups 1, 2, 3, 1, 2, 3…"""

    moodle: Moodle
    course_id: int
    class_course_id: int
    teacher_ids: list[int]
    group_ids: list[int]
    coordinator_id: int
    service_id: int
    director_id: int
    manager_id: int


def build_small(moodle: Moodle | None = None) -> SmallSite:
    """Put the small site into a new Moodle, or into the given one."""
    moodle = moodle or Moodle()
    moodle.add_user("guest", "Guest user", " ", 1, email="root@localhost", lang="en")
    moodle.add_user("admin", "Admin", "User", ADMIN_ID, email="admin@school.example")
    moodle.add_category("Miscellaneous", 1)
    category = moodle.add_category("Методическая работа", 2)
    course = moodle.add_course(
        "MMO",
        "Методические объединения",
        category.id,
        2,
        idnumber="MMO",
        summary="Городские ММО",
        groupmode=1,
    )
    course.groupmode = 1
    teachers = [_teacher(moodle, number) for number in range(30)]
    for teacher in teachers:
        moodle.enrol(course.id, teacher.id)
    groups = [moodle.add_group(course.id, name) for name in GROUPS]
    for number, teacher in enumerate(teachers):
        moodle.members[groups[number % 3].id].add(teacher.id)
    staff = _staff(moodle)
    moodle.enrol(course.id, staff["metodist"].id, EDITING_TEACHER)
    moodle.enrol(course.id, staff["director"].id, TEACHER)
    moodle.assign_role(staff["mmo-service"].id, SERVICE, SYSTEM)
    for login in ("director", "manager"):
        moodle.assign_role(staff[login].id, MANAGER, category_context(category.id))
    moodle.tokens[TOKEN] = Token(TOKEN, staff["mmo-service"].id)
    return SmallSite(
        moodle,
        course.id,
        _class(moodle, teachers[0]),
        [teacher.id for teacher in teachers],
        [group.id for group in groups],
        staff["metodist"].id,
        staff["mmo-service"].id,
        staff["director"].id,
        staff["manager"].id,
    )


def _teacher(moodle: Moodle, number: int) -> User:
    login = f"teacher{number + 1:02}"
    return moodle.add_user(
        login,
        f"{_FIRST[number % 6]} {_PATRONYMIC[number % 5]}",
        _LAST.split()[number],
        number + 3,
        email=f"{login}@school.example",
        idnumber=f"TN-{1001 + number:05}",
        institution=f"МБОУ СОШ № {number % 12 + 1}",
        city="Городок",
        country="RU",
    )


def _staff(moodle: Moodle) -> dict[str, User]:
    rows = {
        "metodist": ("Вера Павловна", "Методистова"),
        "mmo-service": ("Служба", "ММО"),
        "director": ("Николай Андреевич", "Директоров"),
        "manager": ("Инна Львовна", "Управляющая"),
    }
    return {
        login: moodle.add_user(login, first, last, email=f"{login}@school.example", country="RU")
        for login, (first, last) in rows.items()
    }


def _class(moodle: Moodle, teacher: User) -> int:
    course = moodle.add_course("7A-MATH", "7 «А» класс. Математика", 1, idnumber="7A-MATH")
    moodle.enrol(course.id, teacher.id, EDITING_TEACHER)
    for number in range(1, 6):
        pupil = moodle.add_user(
            f"pupil{number:02}", f"Ученик{number}", "Седьмой", email=f"p{number}@school.example"
        )
        moodle.enrol(course.id, pupil.id, STUDENT)
    return course.id

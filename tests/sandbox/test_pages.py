"""The pages: choosing a person, the course, the calendar and the groups, changed by hand."""

from __future__ import annotations

from moodle_sync.sandbox import register_tool
from tests.sandbox.conftest import Person, World, fields_of


def test_the_home_page_offers_courses_and_people(world: World) -> None:
    page = Person(world.app.test_client()).get("/").text
    assert "Методические объединения" in page
    assert "7 «А» класс. Математика" in page
    assert "Вера Павловна Методистова" in page
    assert "Служба" not in page


def test_people_are_found_by_part_of_name_school_or_login_whatever_the_case(world: World) -> None:
    visitor = Person(world.app.test_client())
    for search in ("федор", "Фёдорова татьяна", "teacher11", "№ 11"):
        assert "Татьяна Ивановна Фёдорова" in visitor.get(f"/course/view.php?id=2&search={search}").text


def test_the_course_page_says_whom_to_choose(world: World) -> None:
    visitor = Person(world.app.test_client())
    assert "Выберите слева" in visitor.get("/course/view.php?id=2").text
    pupil = world.person("pupil01")
    assert "не участвует" in pupil.get("/course/view.php?id=2").text
    assert pupil.get("/course/view.php?id=99").status_code == 404


def test_a_login_needs_the_key_of_the_form_and_a_living_account(world: World) -> None:
    visitor = Person(world.app.test_client())
    assert visitor.post("/login/index.php", username="admin", logintoken="x").status_code == 403
    token = fields_of(visitor.get("/login/index.php").text)["logintoken"]
    answer = visitor.post("/login/index.php", username="nobody", logintoken=token)
    assert answer.location.startswith("/login/index.php?errorcode=3")


def test_a_login_leads_to_pages_of_this_site_only(world: World) -> None:
    visitor = Person(world.app.test_client())
    token = fields_of(visitor.get("/login/index.php").text)["logintoken"]
    for foreign in ("https://evil.example/", "//evil.example/", "/\\evil.example"):
        answer = visitor.post("/login/index.php", username="teacher01", logintoken=token, wantsurl=foreign)
        assert answer.location == "/"
        token = fields_of(visitor.get("/login/index.php").text)["logintoken"]


def test_a_sign_out_ends_the_session(world: World) -> None:
    teacher = world.person("teacher01")
    assert teacher.submit("/login/logout.php").status_code == 303
    assert teacher.get("/calendar/view.php").status_code == 303


def test_the_frame_lets_no_tool_write_to_the_clipboard(world: World) -> None:
    origin = "https://tool.example"
    urls = (f"{origin}/launch", f"{origin}/login", f"{origin}/launch", f"{origin}/jwks")
    tool = register_tool(world.site.moodle, "ММО", *urls)
    activity = world.site.moodle.add_activity(2, tool.id, "ММО")
    page = world.person("teacher01").get(f"/mod/lti/view.php?l={activity.id}").text
    assert f'allow="microphone {origin}; camera {origin}; geolocation {origin}; ' in page
    assert "clipboard" not in page


def _event(world: World, group_id: int = 1) -> int:
    wanted = {"name": "Заседание", "courseid": 2, "groupid": group_id, "eventtype": "group"}
    wanted |= {"timestart": 1_796_000_000, "timeduration": 5400, "description": "<p>Повестка</p>"}
    return int(world.call("core_calendar_create_calendar_events", events=[wanted])["events"][0]["id"])


def test_the_calendar_shows_group_events_to_the_group_and_to_those_who_manage(world: World) -> None:
    _event(world)
    assert "Повестка" in world.person("teacher01").get("/calendar/view.php").text
    assert "Повестка" not in world.person("teacher02").get("/calendar/view.php").text
    assert "Перенести" in world.person("metodist").get("/calendar/view.php?course=2").text


def test_an_event_is_moved_and_deleted_by_hand(world: World) -> None:
    event_id = _event(world)
    coordinator = world.person("metodist")
    coordinator.submit("/calendar/move.php", id=event_id, timestart="2026-12-05T10:30")
    assert world.site.moodle.events[event_id].timestart == 1_796_455_800
    assert world.person("teacher01").submit("/calendar/delete.php", id=event_id).status_code == 403
    coordinator.submit("/calendar/delete.php", id=event_id)
    assert world.site.moodle.events == {}


def test_groups_are_changed_by_hand(world: World) -> None:
    coordinator, moodle = world.person("metodist"), world.site.moodle
    assert "ММО учителей математики" in coordinator.get("/group/index.php?id=2&group=2").text
    coordinator.submit("/group/change.php", group=2, action="add", user=3)
    coordinator.submit("/group/change.php", group=2, action="remove", user=4)
    coordinator.submit("/group/change.php", group=2, action="add", user=world.site.manager_id)
    assert 3 in moodle.members[2]
    assert not {4, world.site.manager_id} & moodle.members[2]
    coordinator.submit("/group/change.php", group=2, action="rename", name="Математики", idnumber="m-1")
    assert (moodle.groups[2].name, moodle.groups[2].idnumber) == ("Математики", "m-1")
    coordinator.submit("/group/change.php", group=2, action="delete")
    assert 2 not in moodle.groups


def test_a_teacher_without_rights_changes_no_group(world: World) -> None:
    teacher = world.person("teacher01")
    assert teacher.submit("/group/change.php", group=2, action="delete").status_code == 403
    assert 2 in world.site.moodle.groups


def test_a_message_is_read_by_its_receiver_alone(world: World) -> None:
    text = "Напоминание: <b>отчёт</b> до 20 июня"
    world.call(
        "core_message_send_instant_messages", messages=[{"touserid": 5, "text": text, "textformat": 2}]
    )
    assert "&lt;b&gt;отчёт&lt;/b&gt;" in world.person("teacher03").get("/message/index.php").text
    assert "Напоминание" not in world.person("teacher04").get("/message/index.php").text


def test_names_with_markup_are_shown_as_text(world: World) -> None:
    world.site.moodle.users[3].lastname = "<script>alert(1)</script>"
    assert "<script>alert(1)" not in world.person("metodist").get("/course/view.php?id=2").text


def test_an_activity_is_added_by_the_form_of_the_course(world: World) -> None:
    assert world.person("teacher05").submit("/course/modedit.php", course=2, typeid=1).status_code == 403
    assert world.person("metodist").submit("/course/modedit.php", course=2, typeid=1).status_code == 404

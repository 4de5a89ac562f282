"""N 126. Several sessions in one browser: a page acts in its own, or in none."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from mmo_lti.lti.cookies import MAX_SESSIONS
from mmo_lti.models.course import Course
from mmo_lti.models.web_session import WebSession
from tests.lti.conftest import Journey
from tests.lti.platform import TOOL


@pytest.fixture
def unconnected(database) -> None:
    with database.write() as session:
        session.scalars(select(Course)).one().connected_at = None


def form_token(page) -> str:
    return re.search(r'name="csrf_token" value="([^"]+)"', page.text)[1]


def test_lti_126_two_people_in_two_tabs(journey, database, unconnected):
    """One browser, two launches: each tab goes on as its own person, whatever the other does."""
    first = journey.launch().location
    first_page = journey.client.get(first, base_url=TOOL)
    journey.clock.forward(seconds=1)
    second = journey.launch(sub="4").location
    assert first != second
    with database.read() as session:
        people = {row.handle: row.account.sub for row in session.scalars(select(WebSession))}
    assert [people[location.split("/")[4]] for location in (first, second)] == ["3", "4"]
    for location in (first, second):
        page = journey.client.get(location, base_url=TOOL)
        assert f'action="/s/{location.split("/")[4]}/course/invitation"' in page.text
        assert form_token(page).startswith(location.split("/")[4] + ".")
    sent = journey.client.post(
        second + "/invitation",
        data={"csrf_token": form_token(first_page), "code": "x"},
        base_url=TOOL,
        headers={"Origin": TOOL},
    )
    assert sent.status_code == 409  # acted as the person whose page it was
    token = form_token(first_page)
    journey.client.delete_cookie(f"__Host-mmo_session_{first.split('/')[4]}", domain="tool.example")
    gone = journey.client.post(
        first + "/invitation",
        data={"csrf_token": token, "code": "x"},
        base_url=TOOL,
        headers={"Origin": TOOL},
    )
    assert gone.status_code == 403  # never as the other one


def test_lti_126_copied_link_opens_with_the_readers_own_session_when_they_say_so(
    journey, app, platform, clock, web
):
    mine = journey.launch().location + "me?x=1"
    other = Journey(app.test_client(), platform, clock)
    theirs = other.launch(sub="4", name="Мария Петрова").location
    page = other.client.get(mine, base_url=TOOL)
    assert page.status_code == 401
    assert "Вход не выполнен или сеанс закончился" in page.text
    offered = re.search(r'href="(/s/[^"]+)"[^>]*>([^<]+)<', page.text)
    assert offered[1] == f"/s/{theirs.split('/')[4]}/me?x=1"
    course = "из курса «Методические объединения»"
    assert offered[2] == f"Открыть эту страницу как Мария Петрова, {course}"
    opened = other.client.get(offered[1], base_url=TOOL)
    assert form_token(opened).startswith(theirs.split("/")[4])
    stranger = app.test_client().get(mine, base_url=TOOL)
    assert stranger.status_code == 401
    assert "Открыть эту страницу" not in stranger.text


def test_lti_126_a_tab_whose_session_the_browser_forgot_is_nobody_elses(journey, database, unconnected):
    """The cookie of the oldest goes when there are too many: its tab never becomes another person's."""
    first = journey.launch(name="Анна Иванова").location
    form = {"csrf_token": form_token(journey.client.get(first, base_url=TOOL)), "code": "x"}
    for number in range(MAX_SESSIONS):
        journey.clock.forward(seconds=1)
        journey.launch(sub=str(100 + number))
    gone = journey.client.get(first, base_url=TOOL)
    assert gone.status_code == 401
    assert "Вход не выполнен или сеанс закончился" in gone.text
    assert "csrf_token" not in gone.text
    sent = journey.client.post(first + "/invitation", data=form, base_url=TOOL, headers={"Origin": TOOL})
    assert sent.status_code == 403


def test_lti_126_a_day_of_opening_the_activity_anew_leaves_an_old_tab_alive(journey, unconnected):
    """Each time a teacher opens the activity is a session of its own."""
    first = journey.launch().location
    for _ in range(12):
        journey.clock.forward(minutes=15)
        journey.launch()
    page = journey.client.get(first, base_url=TOOL)
    assert form_token(page).startswith(first.split("/")[4])
    total = sum(len(c.key) + len(c.value) for c in journey.client._cookies.values())
    assert total < 4096


def test_lti_126_links_and_redirects_keep_the_session(journey, app):
    location = journey.launch().location
    handle = location.split("/")[4]
    page = journey.client.get(location + "course", base_url=TOOL)
    assert f'href="/s/{handle}/"' in page.text
    assert 'href="/bootstrap/static/' in page.text


def test_lti_126_a_session_opens_by_its_own_secret_only(journey, app):
    """The handle stands in the address line; another session's secret, or a guessed one, is none of its."""
    mine = journey.launch().location
    handle = mine.split("/")[4]
    own = next(each.value for each in journey.client._cookies.values() if handle in each.key)
    other = app.test_client()
    for value, status in ((own[:-1] + ("A" if own[-1] != "A" else "B"), 401), ("1.guess", 401), (own, 200)):
        other.set_cookie(f"__Host-mmo_session_{handle}", value, domain="tool.example", secure=True)
        assert other.get(mine, base_url=TOOL).status_code == status

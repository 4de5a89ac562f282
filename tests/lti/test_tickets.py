"""N. «Открыть в отдельной вкладке»: tickets and devices."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from mmo_lti.lti.ticket_views import device_words
from mmo_lti.models.course import Course
from mmo_lti.models.person import Account, AccountStanding
from mmo_lti.models.registration import Deployment, Registration
from mmo_lti.models.web_session import WebSession
from mmo_lti.services.registration import switch
from mmo_lti.services.web_session import end
from tests.lti.platform import TOOL

OWN_TAB = "Открыть в отдельной вкладке"


def cookies_of(response) -> list[str]:
    return response.headers.getlist("Set-Cookie")


def form_token(page) -> str:
    return re.search(r'name="csrf_token" value="([^"]+)"', page.text)[1]


@pytest.fixture
def unconnected(database) -> None:
    with database.write() as session:
        session.scalars(select(Course)).one().connected_at = None


class Tab:
    """A tab of its own beside Moodle's frame: another cookie jar."""

    def __init__(self, journey, app) -> None:
        self.journey, self.client = journey, app.test_client()
        self.frame = journey.launch().location

    def ticket(self, **headers: str):
        page = self.journey.client.get(self.frame, base_url=TOOL)
        return self.journey.client.post(
            self.frame.rpartition("/")[0] + "/lti/ticket",
            data={"csrf_token": form_token(page), "page": "/course"},
            base_url=TOOL,
            headers={"Origin": TOOL, **headers},
        )

    def redeem(self, address: str):
        path = address.split("?")[0]
        return self.client.post(path, data={"page": "/course"}, base_url=TOOL, headers={"Origin": TOOL})


@pytest.fixture
def tab(journey, app, unconnected) -> Tab:
    return Tab(journey, app)


def test_lti_123_ticket_opens_a_tab_of_its_own(tab, database, clock):
    made = tab.ticket()
    address = re.search(r'href="(?:/s/[0-9a-f]{12})?(/lti/ticket/[^"]+)"', made.text)[1].replace("&amp;", "&")
    shown = tab.client.get(address, base_url=TOOL)
    assert "Вход в отдельной вкладке" in shown.text
    path = address.split("?")[0]
    assert tab.client.post(path, base_url=TOOL, headers={"Origin": "https://evil.example"}).status_code == 401
    opened = tab.client.post(path, data={"page": "/course"}, base_url=TOOL, headers={"Origin": TOOL})
    assert opened.status_code == 303
    assert re.fullmatch(r"/s/[0-9a-f]{12}/course", opened.location)
    assert tab.client.get(opened.location, base_url=TOOL).status_code == 200
    again = tab.client.post(path, data={"page": "/"}, base_url=TOOL, headers={"Origin": TOOL})
    assert again.status_code == 401
    with database.read() as session:
        rows = session.scalars(select(WebSession).order_by(WebSession.id)).all()
    assert [(row.first_party, row.device) for row in rows] == [(False, ""), (True, "")]
    assert (rows[1].expires_at - clock()).total_seconds() == 12 * 3600


def test_lti_123_my_device(tab, database, clock):
    address = tab.ticket(Accept="application/json").json["url"]
    agent = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/156.0 Safari/537.36"
    opened = tab.client.post(
        address.split("?")[0],
        data={"device": "1", "page": "//evil.example"},
        base_url=TOOL,
        headers={"Origin": TOOL, "User-Agent": agent},
    )
    assert re.fullmatch(r"/s/[0-9a-f]{12}/", opened.location)
    assert "Max-Age=7776000" in "".join(cookies_of(opened))
    with database.read() as session:
        row = session.scalars(select(WebSession).where(WebSession.first_party)).one()
    assert row.device == "Chrome, Windows"
    assert (row.expires_at - clock()).days == 90


def test_lti_123_ticket_is_good_for_two_minutes(tab, clock):
    address = tab.ticket(Accept="application/json").json["url"]
    clock.forward(minutes=2, seconds=1)
    assert tab.client.get(address, base_url=TOOL).status_code == 401
    redeemed = tab.client.post(address.split("?")[0], base_url=TOOL, headers={"Origin": TOOL})
    assert redeemed.status_code == 401


def test_lti_129_a_tab_of_its_own_cannot_be_renewed_by_another_ticket(tab, clock):
    """Else one launch would stay signed in for ever, three hours before the end of each session."""
    opened = tab.redeem(tab.ticket(Accept="application/json").json["url"])
    page = tab.client.get(opened.location, base_url=TOOL)
    refused = tab.client.post(
        opened.location.rpartition("/")[0] + "/lti/ticket",
        data={"csrf_token": form_token(page)},
        base_url=TOOL,
        headers={"Origin": TOOL, "Accept": "application/json"},
    )
    assert refused.status_code == 403
    assert "Вы уже в отдельной вкладке" in refused.text
    for _ in range(4):
        clock.forward(hours=2, minutes=59)
        assert tab.client.get(opened.location, base_url=TOOL).status_code == 200
    clock.forward(minutes=4)
    assert tab.client.get(opened.location, base_url=TOOL).status_code == 401


@pytest.mark.parametrize("what", ["registration", "deployment", "account", "standing", "session"])
def test_lti_129_ticket_is_void_with_its_session(tab, database, clock, what):
    """Neither does its page name anybody any more, nor does it open a session."""
    address = tab.ticket(Accept="application/json").json["url"]
    assert tab.client.get(address, base_url=TOOL).status_code == 200
    with database.write() as session:
        if what == "registration":
            switch(session, session.scalars(select(Registration)).one(), False, clock())
        elif what == "deployment":
            switch(session, session.scalars(select(Deployment)).one(), False, clock())
        elif what == "account":
            session.scalars(select(Account)).one().disabled = True
        elif what == "standing":
            session.scalars(select(Account)).one().standing = AccountStanding.SUSPENDED
        else:
            end(session.scalars(select(WebSession)).one(), clock())
    shown = tab.client.get(address, base_url=TOOL)
    assert shown.status_code == 401
    assert "Вы войдёте" not in shown.text
    assert tab.redeem(address).status_code == 401
    with database.read() as session:
        assert not session.scalars(select(WebSession).where(WebSession.first_party)).all()


def test_lti_129_ticket_of_a_session_whose_time_is_over(tab, clock):
    for _ in range(3):
        clock.forward(hours=3)
        assert tab.journey.client.get(tab.frame, base_url=TOOL).status_code == 200
    clock.forward(hours=2, minutes=59)
    address = tab.ticket(Accept="application/json").json["url"]
    clock.forward(minutes=1, seconds=30)
    assert tab.redeem(address).status_code == 401


def test_lti_123_the_way_out_of_the_frame_is_offered_inside_it_only(journey, app):
    """By what the session is: not every browser tells whether a page is in a frame."""
    tab = Tab(journey, app)
    assert OWN_TAB in journey.client.get(tab.frame, base_url=TOOL).text
    opened = tab.redeem(tab.ticket(Accept="application/json").json["url"])
    inside = tab.client.get(opened.location.replace("/course", "/me"), base_url=TOOL)
    assert inside.status_code == 200
    assert OWN_TAB not in inside.text


def test_lti_123_the_way_out_of_the_frame_is_not_offered_to_a_stranger(client):
    page = client.get("/nowhere", base_url=TOOL)
    assert page.status_code == 404
    assert OWN_TAB not in page.text


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox, Linux"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Version/18.0 Safari/604.1",
            "Safari, iPhone",
        ),
        (
            "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/150 YaBrowser/25.1 Safari/537.36",
            "Yandex, Android",
        ),
        ("", "?"),
        ("x" * 10_000, "?"),
    ],
    ids=range(5),
)
def test_lti_123_devices_in_words(agent, words):
    assert device_words(agent) == words

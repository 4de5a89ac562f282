"""N. Browser: cookies, frames, tickets, headers."""

from __future__ import annotations

import re
import shutil

import pytest
from sqlalchemy import select

from mmo_lti.app import create_app
from mmo_lti.config import load_config
from mmo_lti.lti.cookies import MAX_STATES
from mmo_lti.models.course import Course
from mmo_lti.models.registration import Registration
from mmo_lti.services.registration import register_platform, switch
from tests.lti.conftest import NOW, platform_facts
from tests.lti.platform import AUTH, ISS, REMOVED, TOOL, login_parameters

FRAME = {"Sec-Fetch-Dest": "iframe"}
OLD_SAFARI = {
    "User-Agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 15_8 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Version/15.6 Mobile/15E148 Safari/604.1"
}


def cookies_of(response) -> list[str]:
    return response.headers.getlist("Set-Cookie")


def attributes(cookie: str) -> set[str]:
    return {
        part.strip() for part in cookie.split(";")[1:] if not part.strip().startswith(("Max-Age", "Expires"))
    }


def test_lti_117_cookies_pass_into_frames(journey):
    found = [*cookies_of(journey.login()), *cookies_of(journey.launch())]
    assert len(found) >= 3
    for cookie in found:
        assert cookie.startswith("__Host-mmo_")
        assert attributes(cookie) == {"Secure", "HttpOnly", "SameSite=None", "Partitioned", "Path=/"}


def test_lti_117_plain_http_on_loopback(lti_database, clock, tmp_path):
    settings = {
        "MMO_DATA": str(tmp_path),
        "MMO_PUBLIC_URL": "http://127.0.0.1:8000",
        "MMO_LOOPBACK_HOSTS": "127.0.0.1",
        "MMO_SECRET": "x",
    }
    shutil.copy(lti_database, tmp_path / "mmo.sqlite3")
    app = create_app(load_config(settings))
    app.extensions["mmo"].wall = clock
    target = {"target_link_uri": "http://127.0.0.1:8000/lti/launch"}
    response = app.test_client().post("/lti/login", data=login_parameters(**target))
    (cookie,) = cookies_of(response)
    assert cookie.startswith("mmo_state_")
    assert attributes(cookie) == {"HttpOnly", "SameSite=Lax", "Path=/"}
    app.extensions["mmo"].database.close()


def test_lti_118_state_cookies_are_few_small_and_without_content(journey):
    for _ in range(MAX_STATES + 5):
        response = journey.login()
        journey.clock.forward(seconds=1)
    state = next(c for c in cookies_of(response) if "Max-Age=600" in c)
    assert len(state) < 300
    kept = [c for c in journey.client._cookies.values() if "mmo_state" in c.key]
    assert len(kept) == MAX_STATES
    assert not [c for c in kept if "moodle" in c.value or "CLIENT" in c.value]
    journey.post(journey.platform.sign(journey.claims()))
    assert len([c for c in journey.client._cookies.values() if "mmo_state" in c.key]) == MAX_STATES - 1
    total = sum(len(c.key) + len(c.value) for c in journey.client._cookies.values())
    assert total < 4096


def test_lti_118_parallel_logins_both_work(journey, expect):
    journey.login()
    first = dict(journey.sent)
    journey.login()
    second = dict(journey.sent)
    for sent in (first, second):
        journey.sent = sent
        assert journey.post(journey.platform.sign(journey.claims())).status_code == 303


def test_lti_119_first_login_in_a_frame_finds_out_whether_cookies_arrive(client, expect, web):
    first = client.post("/lti/login", data=login_parameters(), base_url=TOOL, headers=FRAME)
    assert first.status_code == 303
    assert first.location.startswith("/lti/login/check?")
    second = client.get(first.location, base_url=TOOL, headers=FRAME)
    assert second.status_code == 302
    assert second.location.startswith(AUTH + "?")
    assert "launchid" in second.location
    again = client.post("/lti/login", data=login_parameters(), base_url=TOOL, headers=FRAME)
    assert again.location.startswith(AUTH + "?")


def test_lti_119_blocked_cookies_offer_a_new_window(app, expect, web):
    frame = app.test_client(use_cookies=False)
    first = frame.post("/lti/login", data=login_parameters(), base_url=TOOL, headers=FRAME)
    blocked = frame.get(first.location, base_url=TOOL, headers=FRAME)
    assert blocked.status_code == 401
    assert expect.lines()[-1]["reason"] == "cookies.blocked"
    link = re.search(r'<a class="btn btn-primary" href="([^"]+)" target="_blank"', blocked.text)
    assert link
    assert "<script" not in blocked.text
    window = app.test_client()
    opened = window.get(link[1].replace("&amp;", "&"), base_url=TOOL, headers={"Sec-Fetch-Dest": "document"})
    assert opened.status_code == 302
    assert opened.location.startswith(AUTH + "?")


def test_lti_119_a_browser_that_does_not_tell_of_the_frame_is_asked_too(app, expect, web):
    """Safari before 16.4 says nothing of frames, and sends a frame no cookie of another site."""
    frame = app.test_client(use_cookies=False)
    first = frame.post("/lti/login", data=login_parameters(), base_url=TOOL, headers=OLD_SAFARI)
    assert first.location.startswith("/lti/login/check?")
    blocked = frame.get(first.location, base_url=TOOL, headers=OLD_SAFARI)
    link = re.search(r'<a class="btn btn-primary" href="([^"]+)" target="_blank"', blocked.text)
    assert link
    window = app.test_client()
    second = window.get(link[1].replace("&amp;", "&"), base_url=TOOL, headers=OLD_SAFARI)
    opened = window.get(second.location, base_url=TOOL, headers=OLD_SAFARI)
    assert opened.status_code == 302
    assert opened.location.startswith(AUTH + "?")


def test_lti_119_a_launch_without_its_cookie_names_no_button_that_is_not_there(journey, app):
    journey.login()
    token = journey.platform.sign(journey.claims())
    sent = {"state": journey.sent["state"], "id_token": token}
    page = app.test_client().post("/lti/launch", data=sent, base_url=TOOL)
    assert page.status_code == 401
    assert "Браузер не сохраняет вход" in page.text
    assert "вход продолжится там" not in page.text
    assert "разрешите файлы cookie" in page.text


def test_lti_119_cookies_of_a_window_prove_nothing_about_the_frame(journey, expect, web):
    """WebKit without tracking prevention sends them from the frame, and lets the frame set none."""
    journey.launch()
    asked = {"data": login_parameters(), "base_url": TOOL, "headers": FRAME}
    first = journey.client.post("/lti/login", **asked)
    assert first.location.startswith("/lti/login/check?")
    (probe,) = (each for each in journey.client._cookies.values() if "mmo_probe" in each.key)
    journey.client.delete_cookie(probe.key, domain=probe.domain)
    blocked = journey.client.get(first.location, base_url=TOOL, headers=FRAME)
    assert blocked.status_code == 401
    assert 'target="_blank"' in blocked.text


@pytest.mark.parametrize("target", ["_parent", "<script>alert(1)</script>", "frame'\"><img>"])
def test_lti_122_storage_target_is_never_echoed(client, target):
    response = client.post("/lti/login", data=login_parameters(lti_storage_target=target), base_url=TOOL)
    assert response.status_code == 302
    assert "script" not in response.text
    assert "storage" not in response.location


def test_lti_124_headers_of_every_answer(journey, app, database):
    location = journey.launch().location
    with database.write() as session:
        facts = platform_facts(
            iss="https://second.example", authorization_endpoint="https://login.second.example/a"
        )
        register_platform(session, facts, frozenset(), NOW)
    app.extensions["mmo.origins"].forget()
    for path in (location + "course", "/lti/jwks", "/nowhere", "/bootstrap/static/css/bootstrap.min.css"):
        response = journey.client.get(path, base_url=TOOL)
        policy = response.headers["Content-Security-Policy"]
        ancestors = re.search(r"frame-ancestors ([^;]+)", policy)[1].split()
        assert ancestors == ["'self'", "https://login.second.example", ISS, "https://second.example"]
        nonces = set(re.findall(r'<script [^>]*nonce="([\w-]{20,})"', response.text))
        scripts = " ".join(f"'nonce-{each}'" for each in nonces) or "'none'"
        assert f"script-src {scripts};" in policy
        assert response.headers["Referrer-Policy"] == "no-referrer"
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert "X-Frame-Options" not in response.headers
        response.close()
    pages = [journey.client.get("/nowhere", base_url=TOOL) for _ in range(2)]
    first, second = (page.headers["Content-Security-Policy"] for page in pages)
    assert "'nonce-" in first
    assert first != second


def test_lti_124_disabled_platform_frames_nothing(client, database):
    with database.write() as session:
        switch(session, session.scalars(select(Registration)).one(), False, NOW)
    assert ISS not in client.get("/lti/jwks", base_url=TOOL).headers["Content-Security-Policy"]


@pytest.fixture
def unconnected(database) -> None:
    with database.write() as session:
        session.scalars(select(Course)).one().connected_at = None


def form_token(page) -> str:
    return re.search(r'name="csrf_token" value="([^"]+)"', page.text)[1]


FORGED = {
    "no origin": {},
    "foreign origin": {"Origin": "https://evil.example"},
    "platform's origin": {"Origin": ISS},
    "null origin": {"Origin": "null"},
    "null and cross-site": {"Origin": "null", "Sec-Fetch-Site": "cross-site"},
    "foreign but same-origin": {"Origin": "https://evil.example", "Sec-Fetch-Site": "same-origin"},
    "look-alike": {"Origin": "https://tool.example.evil.example"},
    "other port": {"Origin": "https://tool.example:444"},
}


@pytest.mark.parametrize("name", FORGED)
def test_lti_125_forms_from_elsewhere(journey, unconnected, name):
    location = journey.launch().location
    token = form_token(journey.client.get(location, base_url=TOOL))
    data = {"csrf_token": token, "code": "x"}
    response = journey.client.post(location + "/invitation", data=data, base_url=TOOL, headers=FORGED[name])
    assert response.status_code == 403
    assert "Ничего не изменено" in response.text


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": TOOL},
        {"Origin": "null", "Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "same-origin"},
    ],
)
def test_lti_125_own_forms(journey, unconnected, headers):
    location = journey.launch().location
    token = form_token(journey.client.get(location, base_url=TOOL))
    for data, status in (
        ({"csrf_token": token, "code": "x"}, 409),
        ({"code": "x"}, 403),
        ({"csrf_token": token[:-1] + ("0" if token[-1] != "0" else "1"), "code": "x"}, 403),
        ({"csrf_token": "", "code": "x"}, 403),
    ):
        response = journey.client.post(location + "/invitation", data=data, base_url=TOOL, headers=headers)
        assert response.status_code == status


def test_lti_125_script_may_send_the_token_in_a_header(journey, unconnected):
    location = journey.launch().location
    token = form_token(journey.client.get(location, base_url=TOOL))
    headers = {"Origin": TOOL, "X-CSRF-Token": token}
    assert journey.client.post(location + "/invitation", base_url=TOOL, headers=headers).status_code == 409


def test_lti_119_login_without_hint_in_a_frame(client, web):
    given = login_parameters(lti_message_hint=REMOVED)
    first = client.post("/lti/login", data=given, base_url=TOOL, headers=FRAME)
    assert "lti_message_hint" not in client.get(first.location, base_url=TOOL).location

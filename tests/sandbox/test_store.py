"""A restart keeps the site, its keys and its sessions."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from moodle_sync.sandbox import SandboxConfig, by_hand, create_sandbox, empty_moodle, register_tool
from moodle_sync.sandbox.__main__ import main
from moodle_sync.sandbox.lti.keys import PlatformKeys
from moodle_sync.sandbox.model import AuthorisedUser
from moodle_sync.sandbox.small import build_small
from moodle_sync.sandbox.state import Moodle
from moodle_sync.sandbox.store import as_json, from_json, keep, restore, save
from moodle_sync.sandbox.tool_model import LineItem, Score


def eventful_site() -> Moodle:
    """A site with a row in each table."""
    site = build_small()
    moodle = site.moodle
    tool = register_tool(moodle, "ММО", *["https://tool.example/x"] * 4, custom={"a": "b"})
    activity = moodle.add_activity(site.course_id, tool.id, "ММО", custom={"page": "plan"})
    item = LineItem(moodle.new_id("grade_item"), site.course_id, tool.id, "Участие", 10, activity.id)
    item.scores[4] = Score(4, 7.5, 10, "2026-11-24T10:00:00Z", "Completed", "FullyGraded")
    moodle.line_items[item.id] = item
    moodle.service.authorised = {33: AuthorisedUser(33)}
    moodle.service.functions = {"core_webservice_get_site_info"}
    by_hand.suspend_enrolment(moodle, site.course_id, 5)
    moodle.conversations[(3, 34)] = moodle.new_id("conversation")
    return moodle


def test_what_was_written_is_read_back_whole(tmp_path: Path) -> None:
    moodle, again = eventful_site(), Moodle()
    save(moodle, tmp_path / "state.json")
    assert restore(again, tmp_path / "state.json")
    assert as_json(again) == as_json(moodle)
    assert again.members == moodle.members
    assert again.roles == moodle.roles
    assert again.line_items == moodle.line_items
    assert again.service == moodle.service
    assert again.assignments == moodle.assignments


def test_what_is_kept_is_plain_json() -> None:
    kept = json.loads(json.dumps(as_json(eventful_site())))
    again = Moodle()
    from_json(again, kept)
    assert json.loads(json.dumps(as_json(again))) == kept


def test_a_change_is_written_at_the_end_at_the_latest(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    moodle = build_small().moodle
    end = keep(moodle, path)
    moodle.users[3].suspended = True
    moodle.changed()
    end()
    again = Moodle()
    assert restore(again, path)
    assert again.users[3].suspended


def test_keys_outlive_a_restart(tmp_path: Path) -> None:
    keys = PlatformKeys(tmp_path / "keys.json")
    token = keys.sign({"sub": "3"})
    assert PlatformKeys(tmp_path / "keys.json").read_own(token) == {"sub": "3"}
    assert (tmp_path / "keys.json").stat().st_mode & 0o077 == 0


def test_a_session_outlives_a_restart(tmp_path: Path) -> None:
    config = SandboxConfig(data_dir=tmp_path)
    first = create_sandbox(config, build_small(empty_moodle(config)).moodle)
    second = create_sandbox(config, empty_moodle(config))
    assert first.config["SECRET_KEY"] == second.config["SECRET_KEY"]


def test_a_sandbox_serves_loopback_addresses_only() -> None:
    with pytest.raises(SystemExit):
        main(["--host", "0.0.0.0"])


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _serve(port: int, data: Path, token: Path) -> subprocess.Popen[str]:
    """Start the command; it says where it is as soon as it takes connections."""
    command = [sys.executable, "-m", "moodle_sync.sandbox", "--port", str(port), "--data", str(data)]
    process = subprocess.Popen([*command, "--token-file", str(token)], stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    assert process.stderr.readline() == f"Moodle: http://127.0.0.1:{port}\n"
    return process


def _stop(process: subprocess.Popen[str]) -> int:
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=10)
    return process.returncode


def test_the_command_serves_a_site_and_keeps_what_was_done_to_it(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("secret-token\n")
    form = {"wstoken": "secret-token", "moodlewsrestformat": "json"}
    address = f"http://127.0.0.1:{(port := _free_port())}/webservice/rest/server.php"
    create = {"wsfunction": "core_group_create_groups", "groups[0][courseid]": 2, "groups[0][name]": "Новая"}
    read = {"wsfunction": "core_group_get_course_groups", "courseid": 2}
    process = _serve(port, tmp_path / "data", tmp_path / "token")
    created = requests.post(address, data={**form, **create, "groups[0][description]": ""}, timeout=5).json()
    assert _stop(process) == 0
    process = _serve(port, tmp_path / "data", tmp_path / "token")
    try:
        groups = requests.post(address, data={**form, **read}, timeout=5).json()
    finally:
        _stop(process)
    assert created[0]["id"] in [group["id"] for group in groups]

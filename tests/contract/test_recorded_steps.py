"""What to click in Moodle: each recorded failure, and each finding of the examination, names the place."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from flask_babel import Babel, force_locale

from mmo_lti.models.moodle_check import MoodleCheck
from mmo_lti.web.finding_steps import SITE_ALONE, finding_steps
from tests.contract.test_recorded_sentences import (
    BROKEN,
    ONLY_THE_EXAMINATION,
    broken_by,
    codes_of_findings,
    recorded,
)
from tests.moodle_sync.test_role_files import SITE_ALONE as CHECKED_ON_THE_SITE
from tests.web.catalogues import LANGUAGES, compile_into

WAIT = {
    "moodle_data_folder",
    "moodle_database_down",
    "moodle_parameter_refused",
    "moodle_server_fault",
    "moodle_upgrade_running",
}
"""No page of Moodle mends it: a server is to be mended, or it passes by itself."""
NOT_CHECKED = {"calendar_not_checked", "clock_not_told", "course_not_chosen", "message_right_not_checked"}
NOTED = {"time_zone_of_account", "time_zone_of_server"}
PARAMS = {"capabilities": "moodle/course:view", "function": "core_group_get_course_groups"}


@pytest.fixture(scope="module", autouse=True)
def _in_application(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    app = Flask(__name__)
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(compile_into(tmp_path_factory.mktemp("catalogues")))
    app.config["BABEL_DEFAULT_LOCALE"] = "ru"
    Babel(app)
    with app.test_request_context():
        yield


def steps(code: str, language: str, **params: str) -> str:
    with force_locale(language):
        return finding_steps(MoodleCheck(level="failure", code=code, params=PARAMS | params))


def assert_leads(text: str, code: str, language: str) -> None:
    assert text.endswith("."), code
    assert not re.search(r"%[(s]", text), code
    begins = text.lstrip("«“")[0]
    assert bool(re.match("[А-Я]" if language == "ru" else "[A-Z]", begins)), (code, text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_recorded_failure_of_the_connection_says_what_to_click(language: str) -> None:
    codes = {broken_by(name).code for name in recorded() if name in BROKEN}
    codes |= set(ONLY_THE_EXAMINATION.values())
    assert len(codes) > 20
    for code in codes - WAIT:
        assert_leads(steps(code, language), code, language)
    assert [code for code in codes & WAIT if steps(code, language)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_finding_of_the_examination_says_what_to_click(language: str) -> None:
    codes = {code for code in codes_of_findings() if not code.endswith("_ok")} - NOT_CHECKED - NOTED
    assert len(codes) > 15
    for code in codes:
        assert_leads(steps(code, language), code, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_missing_capability_is_named_with_the_role_that_has_it(language: str) -> None:
    for capability in ("moodle/course:managegroups", "moodle/user:viewdetails"):
        text = steps("moodle_permission_missing", language, capabilities=capability)
        assert capability in text
        assert "категории" in text or "category" in text
    for capability in SITE_ALONE:
        text = steps("moodle_permission_missing", language, capabilities=capability)
        assert capability in text
        assert "на весь сайт" in text


def test_the_capabilities_of_the_site_are_those_of_the_role_file() -> None:
    assert set(SITE_ALONE) == CHECKED_ON_THE_SITE


def test_a_function_is_named() -> None:
    for code in ("function_missing", "batch_missing"):
        assert "core_group_get_course_groups" in steps(code, "ru")


def test_nothing_is_to_be_clicked_where_all_is_well() -> None:
    assert finding_steps(MoodleCheck(level="ok", code="roster_ok", params={})) == ""

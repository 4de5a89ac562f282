"""Every recorded way in which the connection breaks has a sentence, in Russian and in English.

The sync page and the examination («Подключение») say the same about the same trouble.
"""

import ast
import inspect
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from flask_babel import Babel, force_locale

from mmo_lti.models.moodle_check import MoodleCheck
from mmo_lti.web.finding_words import finding_sentence
from mmo_lti.web.sync_words import failure_sentence
from moodle_sync import doctor, errors, probes
from moodle_sync.client import MoodleClient
from moodle_sync.doctor import Finding, examine
from moodle_sync.encoding import Call
from moodle_sync.plan import DriftKind, RefusalCode
from tests.contract.client_errors import BATCH_ERRORS, ERRORS
from tests.contract.recorded import load, names, replaying
from tests.web.catalogues import LANGUAGES, compile_into

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
BROKEN = {name: kind for kind, group in ERRORS.items() for name in group} | BATCH_ERRORS
WELL = {
    "conn_account_auth_disabled",
    "conn_account_authorised",
    "conn_account_authorised_expired",
    "conn_get_request",
    "conn_must_change_password_site_info",
    "conn_site_policy_not_accepted_site_info",
    "conn_upgrade_pending",
    "conn_upgrade_pending_groups",
    "limits_max_input_vars_batch",
}
"""Nothing is wrong with these answers by themselves."""
ONLY_THE_READING_BACK = {"limits_max_input_vars_silent_truncation": errors.NotKept}
"""Moodle says that all is done."""
ONLY_THE_EXAMINATION = {
    "conn_http_behind_ssl_proxy": "address_http_behind_proxy",
    "conn_token_expired": "token_expired",
}
"""Told by more than one answer."""
PARAMS = {
    "host": "moodle.example",
    "before": 31,
    "now": 0,
    "scope": "roster",
    "holder_name": "10 «А»",
    "name": "ММО города",
    "starts": 1_798_777_600,
}


@pytest.fixture(scope="module", autouse=True)
def _in_application(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    app = Flask(__name__)
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(compile_into(tmp_path_factory.mktemp("catalogues")))
    app.config["BABEL_DEFAULT_LOCALE"] = "ru"
    Babel(app)
    with app.test_request_context():
        yield


def recorded() -> list[str]:
    return [name for name in names() if name.startswith(("conn_", "limits_"))]


def client_of(name: str, url: str = "https://moodle.example", *more: str) -> MoodleClient:
    session, _ = replaying(url, *[load(name)] * (1 if more else 3), *map(load, more))
    return MoodleClient(
        url,
        "TOKEN",
        session=session,
        now=lambda: NOW,
        sleep=lambda _: None,
        plain_http_hosts=["moodle.example"],
    )


def broken_by(name: str) -> errors.MoodleError:
    """The error of a recorded answer, as the client raises it."""
    url = "http://moodle.example" if name == "conn_http_but_site_says_https" else "https://moodle.example"
    client, recording = client_of(name, url), load(name)
    request = recording["request"]
    if name in BATCH_ERRORS:
        calls = [Call(one["function"]) for one in request["requests"]]
        return next(answer.error for answer in client.batch(calls) if answer.error is not None)
    with pytest.raises(errors.MoodleError) as caught:
        client.call(recording.get("function", "core_webservice_get_site_info"))
    return caught.value


def troubles() -> dict[str, tuple[str, Mapping[str, object]]]:
    """Code and parameters of what each recording comes to."""
    found: dict[str, tuple[str, Mapping[str, object]]] = {}
    for name in recorded():
        if name in BROKEN:
            error = broken_by(name)
            assert type(error) is BROKEN[name]
            found[name] = error.code, error.params
        elif name in ONLY_THE_READING_BACK:
            found[name] = ONLY_THE_READING_BACK[name].code, {}
    return found


def said(code: str, params: Mapping[str, object], language: str) -> str:
    """What both pages say about a trouble of the connection."""
    finding = MoodleCheck(level="failure", code=code, params=dict(params))
    with force_locale(language):
        text = failure_sentence(code, params)
        assert finding_sentence(finding) == text
    return text


def assert_reads(text: str, code: str, language: str) -> None:
    assert re.fullmatch(r"[А-ЯA-Z].*\.", text), (code, text)
    assert code not in text, "the catalogue has none"
    assert not re.search(r"%|moodle_|Error|None", text), text
    assert bool(re.search("[а-яё]", text)) is (language == "ru"), text


def test_no_recording_of_the_connection_is_left_without_a_place() -> None:
    told = BROKEN.keys() | ONLY_THE_READING_BACK.keys() | ONLY_THE_EXAMINATION.keys()
    assert {name for name in recorded() if name not in told} == WELL


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_kind_of_broken_connection_has_its_own_sentence_on_both_pages(language: str) -> None:
    kinds = defaultdict(set)
    for code, params in troubles().values():
        text = said(code, params, language)
        assert_reads(text, code, language)
        kinds[text].add(code)
    assert all(len(codes) == 1 for codes in kinds.values())
    assert len(kinds) > 20


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_only_the_examination_finds_out_has_its_sentence(language: str) -> None:
    expired = examine(
        client_of("conn_token_expired", "https://moodle.example", "conn_token_expired_second_call"),
        "https://moodle.example",
        now=lambda: NOW,
    )
    proxied = examine(
        client_of("conn_http_behind_ssl_proxy", "http://moodle.example", *["conn_database_down"] * 9),
        "http://moodle.example",
        now=lambda: NOW,
    )
    found = {one.code: one for one in (*expired, *proxied)}
    texts = set()
    for code in ONLY_THE_EXAMINATION.values():
        with force_locale(language):
            texts.add(text := finding_sentence(_check(found[code])))
        assert_reads(text, code, language)
    assert len(texts) == len(ONLY_THE_EXAMINATION)


def _check(finding: Finding) -> MoodleCheck:
    return MoodleCheck(level=finding.level.value, code=finding.code, params=dict(finding.params))


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_access_exception_names_all_its_causes(language: str) -> None:
    """Ten recordings look alike to the client, so whoever reads the sentence looks at each cause."""
    causes = {
        "ru": "служба включена|все функции|списке её пользователей|Действительно до|IP-адрес|срок ключа|"
        "уровне сайта|webservice/rest:use",
        "en": "service is enabled|all functions|among its users|Valid until|IP restriction|token has not expired|"
        "system level|webservice/rest:use",
    }[language].split("|")
    assert len(causes) == len(errors.AccessRefused.CAUSES)
    text = said(errors.AccessRefused.code, {}, language)
    assert [cause for cause in causes if cause not in text] == []


def codes_of_findings() -> set[str]:
    """Codes that the examination gives, read from where it makes its findings."""
    found: set[str] = set()
    for module in (doctor, probes):
        for node in ast.walk(ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in {"Finding", "Probe"}:
                place = 2 if getattr(node.func, "id", "") == "Finding" else 1
                code = node.args[place] if len(node.args) > place else None
                if isinstance(code, ast.Constant):
                    found.add(str(code.value))
                if place == 1 and isinstance(check := node.args[0], ast.Constant):
                    found.add(f"{check.value}_ok")
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_error_of_the_client_has_a_sentence_of_its_own(language: str) -> None:
    codes = {kind.code for _, kind in inspect.getmembers(errors, inspect.isclass)}
    texts = {code: said(code, PARAMS, language) for code in codes}
    for code, text in texts.items():
        assert_reads(text, code, language)
    assert len(set(texts.values())) == len(codes) > 50


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_refusal_of_a_sync_has_a_sentence_of_its_own(language: str) -> None:
    with force_locale(language):
        texts = {code: failure_sentence(code, PARAMS) for code in RefusalCode}
    for code, text in texts.items():
        assert_reads(text, f"sync.{code}", language)
    assert len(set(texts.values())) == len(RefusalCode)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_finding_of_the_examination_has_a_sentence_of_its_own(language: str) -> None:
    codes = codes_of_findings()
    with force_locale(language):
        texts = {
            code: finding_sentence(MoodleCheck(level="failure", code=code, params=PARAMS)) for code in codes
        }
    for code, text in texts.items():
        assert_reads(text, code, language)
    assert len(set(texts.values())) == len(codes) > 20


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_change_by_hand_has_a_sentence_of_its_own(language: str) -> None:
    with force_locale(language):
        texts = {kind: failure_sentence(f"drift.{kind}", PARAMS) for kind in DriftKind}
    for kind, text in texts.items():
        assert_reads(text, f"drift.{kind}", language)
    assert len(set(texts.values())) == len(DriftKind)

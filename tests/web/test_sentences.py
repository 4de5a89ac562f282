"""Every refusal, warning and duty reads as a sentence for a teacher, in Russian and in English."""

import ast
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from flask import Flask
from flask_babel import Babel, force_locale

import mmo_lti
from mmo_lti.files.refusal import FileRefused
from mmo_lti.rules.action import Action
from mmo_lti.rules.errors import Denied, Fault, RuleError
from mmo_lti.rules.pace import Pace
from mmo_lti.rules.setting_table import TABLE
from mmo_lti.services.duty_item import Duty
from mmo_lti.web.sentence_codes import FILE, PLURAL_BY
from mmo_lti.web.sentences import coded, duty_sentence, fault_sentence, sentence, sentences, setting_label
from tests.web.catalogues import LANGUAGES, catalogue, compile_into

ROOT = Path(mmo_lti.__file__).parent
REFUSALS = {"RuleError", "Denied", "Fault", "SettingRefused", "MoveRefused", "PlatformRefused", "FileRefused"}
RULE_CODE = re.compile(r"R\d+\.[\w.]+")
DOTTED = re.compile(r"[a-z_]+\.[a-z_.]+")


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """A bare application with the compiled catalogues."""
    app = Flask(__name__)
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(compile_into(tmp_path_factory.mktemp("catalogues")))
    app.config["BABEL_DEFAULT_LOCALE"] = "ru"
    Babel(app)
    return app


@pytest.fixture(autouse=True)
def _in_application(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Nobody is signed in: the regulation and the zone are those of the default."""
    from mmo_lti.web import sentences as module

    def nobody() -> None:
        raise module.NotSignedIn

    monkeypatch.setattr(module, "centre", nobody)
    with app.test_request_context():
        yield


def read(text: str) -> str:
    return re.sub(r"[\u00a0\u202f]", " ", text)


def listed() -> set[str]:
    """The codes of the list from which messages are extracted."""
    lines = FILE.read_text(encoding="utf-8").splitlines()
    return {line.split(" ")[0] for line in lines if line and not line.startswith("#")}


def raised() -> set[str]:
    """Every code that the code raises, warns with, or says what is owed by."""
    found = set()
    for path in sorted(ROOT.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Constant)
                and isinstance(node.value, str)
                and RULE_CODE.fullmatch(node.value)
            ):
                found.add(node.value)
            if isinstance(node, ast.Call):
                found |= set(_codes(node))
    return found


def _codes(call: ast.Call) -> Iterator[str]:
    name = getattr(call.func, "id", None) or getattr(call.func, "attr", "")
    words = [part.value for argument in call.args for part in _constants(argument)]
    if name in REFUSALS and call.args:
        prefix = "upload." if name == "FileRefused" else ""
        yield from (prefix + part.value for part in _constants(call.args[0]))
    # The code travels as an argument: `words(reason, "membership.reason")`, `check_day(day, year, "…")`.
    if name in {"words", "check_moment", "check_day"}:
        yield from (word for word in words if DOTTED.fullmatch(word))
    if name in {"Duty", "Cell", "_of"}:
        yield from (word for word in words if word.startswith(("duty.", "city.")))
    if name == "_duty":
        yield from (f"duty.{part.value}" for part in _constants(call.args[1]))


def _constants(node: ast.AST) -> Iterator[ast.Constant]:
    """The texts in an argument, unless it is put together at run time."""
    parts = list(ast.walk(node))
    if not any(isinstance(part, ast.JoinedStr | ast.Subscript) for part in parts):
        yield from (part for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str))


MADE_OF_PARTS = {
    *(f"city.pace.{pace.code}" for pace in Pace),
    *(f"setting.label.{row.name}" for row in TABLE),
    *(f"meeting.{state}" for state in ("held", "cancelled")),
    *(f"profile.{field}" for field in ("last", "first")),
    *(f"upload.{code}" for code in ("scripts", "launch", "embedded", "macro")),
    *(f"duty.{code}" for code in ("meeting_date", "meeting_add", "protocol_mend", "protocol_lodge")),
}
"""Codes put together at run time."""


def test_every_code_that_is_raised_is_listed() -> None:
    codes = raised() | MADE_OF_PARTS
    assert len(codes) > 200
    assert sorted(codes - listed()) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_listed_code_has_its_sentence(language: str) -> None:
    messages = catalogue(language)
    missing = []
    for code in sorted(listed()):
        message = messages.get(code)
        texts = (
            []
            if message is None
            else message.string
            if isinstance(message.string, tuple)
            else [message.string]
        )
        if not texts or not all(texts):
            missing.append(code)
    assert missing == []


@pytest.mark.parametrize("code", sorted(PLURAL_BY))
def test_sentences_that_change_with_a_number_have_every_form(code: str) -> None:
    for language, forms in (("ru", 3), ("en", 2)):
        message = catalogue(language).get(code)
        assert message is not None
        assert isinstance(message.string, tuple)
        assert len(message.string) == forms


@pytest.mark.parametrize("language", LANGUAGES)
def test_parameters_and_nouns_are_known(language: str) -> None:
    """Each `%(name|form)s` names a form that exists; both languages ask for the same parameters."""
    forms = {"size", "numbered", "section", "field", "setting"}
    for code in sorted(listed()):
        for name, form in _asked(language, code):
            assert not form or form in forms or f"noun.{form}" in listed(), (code, name, form)
        assert {name for name, _ in _asked("ru", code)} == {name for name, _ in _asked("en", code)}, code


def _asked(language: str, code: str) -> set[tuple[str, str]]:
    message = catalogue(language).get(code)
    assert message is not None
    strings = message.string if isinstance(message.string, tuple) else [message.string]
    found = re.findall(r"%\((\w+)\|?(\w*)\)s", " ".join(strings))
    assert " ".join(strings).count("%(") == len(found), code
    return set(found)


def test_an_order_with_nine_members() -> None:
    """R2.1, word for word."""
    error = RuleError("R2.1", needed=10, count=9, missing=1)
    assert read(sentence(error)) == (
        "Для создания ММО требуется не менее 10 педагогов (п. 1.3 Положения). "
        "Участие подтвердили 9, не хватает 1."
    )


def test_a_plan_names_all_its_faults_in_one_sentence() -> None:
    """R7.1, word for word."""
    faults = [
        Fault("R7.1.meetings", {"count": 2, "needed": 3}),
        Fault("R7.1.term", {"items": (4, 7)}),
        Fault("R7.1.responsible", {"items": (4,)}),
    ]
    assert sentences(RuleError("R7.1", faults=faults)) == [
        "План пока нельзя отправить: заседаний 2 из 3; нет срока в пунктах 4, 7; нет ответственного в пункте 4."
    ]


def test_a_fault_by_itself_is_a_sentence() -> None:
    assert fault_sentence(Fault("R13.1.decision", {"question": 2})) == "Нет решения по вопросу 2."
    assert fault_sentence(Fault("R7.1.meetings", {"count": 2, "needed": 3})) == "Заседаний 2 из 3."
    assert fault_sentence(Fault("R7.2")).startswith("План составлен без предложений")


def test_a_protocol_says_what_is_missing_and_what_is_wrong() -> None:
    """R13.1 and R13.2 together: what is missing in one sentence, what is wrong in its own."""
    votes = {"in_favour": 20, "against": 0, "abstained": 3, "present": 22, "question": 1, "decision": 1}
    faults = [
        Fault("R13.1.decision", {"question": 2}),
        Fault("R13.1.scan"),
        Fault("R13.2", votes),
    ]
    assert sentences(RuleError("R13.1", faults=faults)) == [
        "Протокол заполнен не полностью: нет решения по вопросу 2; скана подписанного протокола.",
        "Число голосов превышает число присутствующих: «за» – 20, «против» – 0, «воздержались» – 3, "
        "присутствовало членов ММО – 22.",
    ]


def test_a_report_names_its_sections_by_words() -> None:
    """R14.3."""
    faults = [Fault("R14.3.empty", {"section": 4}), Fault("R14.3.no", {"section": 8})]
    first, second = sentences(RuleError("R14.3", faults=faults, sections=(4, 8)))
    assert first.startswith(
        "Не заполнены разделы: «Участие в профессиональных конкурсах». Если писать нечего"
    )
    assert second.startswith("Раздел «Проблемы и возможные пути их решения» нельзя закрыть словом «нет»")


def test_dates_and_moments_are_the_centres() -> None:
    assert read(sentence(Denied("R6.3", until=date(2026, 12, 31)))) == (
        "Срок исполнения обязанностей руководителя истёк 31 декабря 2026 г."
    )
    at = datetime(2026, 10, 1, 20, 30, tzinfo=UTC)
    assert read(sentence(RuleError("R7.5", at=at))) == "Этот план уже согласован 1 октября 2026 г., 23:30."


def test_a_denied_action_says_who_may() -> None:
    assert (
        sentence(Denied("denied", action=Action.REPORT_SUBMIT.value)) == "Отчёт отправляет руководитель ММО."
    )
    assert sentence(Denied("denied", action=Action.ACCOUNTS_JOIN.value)).startswith(
        "Это действие вам недоступно."
    )


def test_several_settings_each_have_their_sentence() -> None:
    faults = [
        Fault("setting.laxer_than_law", {"setting": "min_members", "at_least": 10, "rule": "R2"}),
        Fault("setting.not_a_day", {"setting": "plan_due"}),
    ]
    error = RuleError("setting.unknown", faults=faults, setting="")
    assert sentences(error) == [
        "Наименьшее число членов ММО: не меньше 10 – так требует Положение.",
        "План работы – не позднее: введите день и месяц, например 20.06.",
    ]
    assert setting_label("report_due") == "Отчёт – не позднее"


def test_an_upload_is_refused_in_megabytes() -> None:
    assert read(sentence(FileRefused("too_big", limit=50 * 1024 * 1024))) == (
        "Файл больше 50 МБ. Уменьшите его или отсканируйте с меньшим разрешением."
    )


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (1, "1 заявка в ММО учителей химии ждёт дольше срока – решить можете и вы"),
        (3, "3 заявки в ММО учителей химии ждут дольше срока – решить можете и вы"),
        (11, "11 заявок в ММО учителей химии ждут дольше срока – решить можете и вы"),
    ],
)
def test_whole_sentences_change_with_the_number(count: int, said: str) -> None:
    params = {"association": "учителей химии", "count": count}
    assert duty_sentence(Duty("duty.requests_overdue", "/", date(2026, 10, 5), None, params)) == said


def test_a_protocol_without_a_number_reads_well() -> None:
    params = {"association": "учителей химии", "day": date(2026, 10, 12), "number": None}
    text = duty_sentence(Duty("duty.protocol_lodge", "/", date(2026, 10, 15), None, params))
    assert read(text) == "Сдайте протокол заседания ММО учителей химии от 12 октября 2026 г."


def test_none_may_have_a_sentence_of_its_own() -> None:
    error = RuleError("membership.no_access_term", until=None)
    assert sentence(error) == "У этого члена ММО доступ к курсу есть."


def test_what_a_person_typed_is_no_format() -> None:
    assert "100% (да)" in sentence(RuleError("form.unknown", form="100% (да)"))


def test_an_unknown_code_still_says_what_to_do() -> None:
    assert coded("R99.1") == (
        "Сделать это не получилось (код R99.1). Ничего не изменено; сообщите код Координатору."
    )


def test_english_reads_too() -> None:
    with force_locale("en"):
        assert read(sentence(RuleError("R2.1", needed=10, count=9, missing=1))) == (
            "An MMO needs at least 10 teachers to be created (clause 1.3 of the regulation). "
            "9 confirmed, 1 more needed."
        )

"""The register of functions: each one says its name, its parameters and what it does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from moodle_sync.sandbox.cost import Work
from moodle_sync.sandbox.errors import (
    NOT_ACCESSIBLE,
    MoodleError,
    course_not_valid,
    missing_record,
    no_access,
    no_permission,
    plain,
)
from moodle_sync.sandbox.model import Course, User
from moodle_sync.sandbox.rest.parameters import Single, check
from moodle_sync.sandbox.rights import may, may_enter
from moodle_sync.sandbox.state import Moodle

Parameters = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Caller:
    """The service account that calls, and the site it calls.

    `language` and `zone` are what the call asked for; empty, the account's own are used.
    """

    moodle: Moodle
    user: User
    base_url: str
    works: list[Work] = field(default_factory=list)
    language: str = ""
    zone: str = ""

    def may(self, capability: str, course: Course | None = None) -> bool:
        """Say whether the account holds a capability in the course, or in the system."""
        return may(self.moodle, self.user.id, capability, course)

    def must(self, capability: str, course: Course | None = None) -> None:
        """Raise `nopermissions` unless the account holds the capability."""
        if not self.may(capability, course):
            raise no_permission(capability)

    def course(self, course_id: int) -> Course:
        """Return a course; `invalidrecord` if there is none."""
        course = self.moodle.courses.get(course_id)
        if course is None:
            raise missing_record("course")
        return course

    def valid_course(self, course_id: int, missing: MoodleError | None = None) -> Course:
        """Return a course in which the account can act, or say why not (`missing`: not there)."""
        course = self.moodle.courses.get(course_id)
        if course is None:
            raise missing or course_not_valid(course_id, "Invalid parameter value detected", self._language)
        reason = self.reason_against(course)
        if reason:
            raise course_not_valid(course_id, reason, self._language)
        return course

    @property
    def _language(self) -> str:
        return self.language or self.user.lang

    def reason_against(self, course: Course) -> str:
        """Return why the account cannot act in a course, empty if it can."""
        unfit = self._unfit()
        if unfit is not None:
            return unfit.message
        return "" if may_enter(self.moodle, self.user.id, course) else NOT_ACCESSIBLE

    def must_be_fit(self) -> None:
        """Raise for an account that would have to do something in a browser first."""
        unfit = self._unfit()
        if unfit is not None:
            raise unfit

    def _unfit(self) -> MoodleError | None:
        if self.user.must_change_password:
            return plain("forcepasswordchangenotice")
        if not self.user.email:
            return plain("usernotfullysetup", "User not fully set-up")
        if self.moodle.site.has_policy and not self.user.policy_agreed:
            link = f'<a href="{self.base_url}/user/policy.php">Click here to open the site policy.</a>'
            return plain("sitepolicynotagreed", f"Site policy not agreed: {link}")
        return None


@dataclass(frozen=True, slots=True)
class Function:
    """One web-service function."""

    name: str
    parameters: Single
    run: Callable[[Caller, Parameters], object]


FUNCTIONS: dict[str, Function] = {}
Run = Callable[[Caller, Parameters], object]


def function(name: str, **parameters: Any) -> Callable[[Run], Run]:
    """Register a function under its Moodle name; `parameters` describe what it takes."""

    def register(run: Run) -> Run:
        FUNCTIONS[name] = Function(name, Single(parameters), run)
        return run

    return register


def call(caller: Caller, name: str, given: dict[str, Any]) -> object:
    """Check the parameters and run one function; `accessexception` if it is not in the service."""
    if not in_service(caller.moodle, name):
        raise no_access()
    known = FUNCTIONS[name]
    parameters = check(known.parameters, given)
    answer = known.run(caller, parameters)
    if name != "tool_mobile_call_external_functions":
        caller.works.append(_measure(name, parameters, answer))
    return answer


def in_service(moodle: Moodle, name: str) -> bool:
    """Say whether the external service holds a function (and the sandbox has it)."""
    chosen = moodle.service.functions
    return name in FUNCTIONS and (chosen is None or name in chosen)


def _measure(name: str, parameters: Parameters, answer: object) -> Work:
    written = sum(len(value) for value in parameters.values() if isinstance(value, list))
    options = parameters.get("options", [])
    chosen = {option["name"] for option in options} if isinstance(options, list) else set()
    return Work(name, _rows_of(answer) or written, "userfields" not in chosen)


def _rows_of(answer: object) -> int:
    if isinstance(answer, dict):
        return sum(len(value) for value in answer.values() if isinstance(value, list))
    if isinstance(answer, list):
        inner = sum(len(row["userids"]) for row in answer if isinstance(row, dict) and "userids" in row)
        return inner or len(answer)
    return 0

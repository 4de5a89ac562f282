"""Moodle's errors: the same class, code and text that a real one answers, and how they are written down."""

from __future__ import annotations

from moodle_sync.sandbox.roles import LABELS

MOODLE = "core\\exception\\moodle_exception"
INVALID_PARAMETER = "core\\exception\\invalid_parameter_exception"
INVALID_RESPONSE = "core\\exception\\invalid_response_exception"
MISSING_RECORD = "dml_missing_record_exception"
REQUIRED_CAPABILITY = "core\\exception\\required_capability_exception"
NOT_ACCESSIBLE = "Course or activity not accessible."
_COURSE_NOT_VALID_RU = (
    "Вы не можете выполнять функции в контексте курса (id курса:{$a->catid}). Сообщение об ошибке контекста: "
)
_REASONS_RU = {
    NOT_ACCESSIBLE: "Курс или элемент курса не доступны.",
    "Invalid parameter value detected": "Обнаружено неверное значение параметра.",
    "User not fully set-up": "Учётная запись заполнена не полностью",
}


class MoodleError(Exception):
    """An exception of Moodle. `module` names the page of its documentation."""

    def __init__(self, exception: str, errorcode: str, message: str, module: str = "moodle") -> None:
        super().__init__(message)
        self.exception = exception
        self.errorcode = errorcode
        self.message = message
        self.module = module

    def as_answer(self) -> dict[str, str]:
        """Return the body of a REST answer."""
        return {"exception": self.exception, "errorcode": self.errorcode, "message": self.message}

    def as_batch_item(self, base_url: str) -> dict[str, str]:
        """Return what stands in the item of a batch."""
        if self.errorcode == "accessexception":
            return {"errorcode": self.errorcode, "module": "webservice"}
        return {
            "message": self.message,
            "errorcode": self.errorcode,
            "link": f"{base_url}/",
            "moreinfourl": f"https://docs.moodle.org/405/en/error/{self.module}/{self.errorcode}",
        }


def invalid_parameter() -> MoodleError:
    """The catch-all: a wrong type, a taken name, somebody not enrolled; the text tells nothing."""
    return MoodleError(INVALID_PARAMETER, "invalidparameter", "Invalid parameter value detected", "debug")


def invalid_response() -> MoodleError:
    """Moodle found something in its own answer that may not stand there; a write was done all the same."""
    return MoodleError(INVALID_RESPONSE, "invalidresponse", "Invalid response value detected", "debug")


def missing_record(table: str) -> MoodleError:
    """A row that is not there."""
    message = f"Can't find data record in database table {table}."
    return MoodleError(MISSING_RECORD, "invalidrecord", message)


def missing_record_unknown() -> MoodleError:
    """A row that is not there, found by a query over several tables."""
    return MoodleError(MISSING_RECORD, "invalidrecordunknown", "Can't find data record in database.")


def invalid_user() -> MoodleError:
    """A person who does not exist or was deleted."""
    return MoodleError(MISSING_RECORD, "invaliduser", "Invalid user")


def idnumber_taken() -> MoodleError:
    """A group or grouping idnumber that another one has."""
    return MoodleError(MOODLE, "idnumbertaken", "This ID number is already in use")


def no_permission(capability: str) -> MoodleError:
    """A capability that the account does not hold."""
    label = LABELS.get(capability, capability)
    message = f"Sorry, but you do not currently have permissions to do that ({label})."
    return MoodleError(REQUIRED_CAPABILITY, "nopermissions", message)


def course_not_valid(course_id: int, reason: str, language: str = "en") -> MoodleError:
    """A course in which the account cannot act, and why; the Russian sentence forgets the number."""
    if language == "ru":
        message = _COURSE_NOT_VALID_RU + _REASONS_RU.get(reason, reason)
        return MoodleError(MOODLE, "errorcoursecontextnotvalid", message, "webservice")
    message = (
        f"You cannot execute functions in the course context (course id:{course_id}). "
        f"The context error message was: {reason}"
    )
    return MoodleError(MOODLE, "errorcoursecontextnotvalid", message, "webservice")


def login_required() -> MoodleError:
    """An activity that does not open for the account."""
    return MoodleError("core\\exception\\require_login_exception", "requireloginerror", NOT_ACCESSIBLE)


def no_access() -> MoodleError:
    """Refused before the function is even looked at."""
    return MoodleError(
        "webservice_access_exception", "accessexception", "Access control exception", "webservice"
    )


def invalid_token() -> MoodleError:
    """A token that is missing or unknown."""
    return MoodleError(MOODLE, "invalidtoken", "Invalid token - token not found", "webservice")


def account_refused(code: str, state: str, username: str) -> MoodleError:
    """An account that may not use web services in its present state."""
    return MoodleError(
        MOODLE, code, f"Refused web service access for {state} username: {username}", "webservice"
    )


def plain(errorcode: str, message: str = "") -> MoodleError:
    """Any other `moodle_exception`; one without a sentence of its own shows its key."""
    return MoodleError(MOODLE, errorcode, message or f"error/{errorcode}")

"""An answer of Moodle (JSON already decoded): a value, or a typed error by its `errorcode`."""

from typing import Any

from moodle_sync import errors
from moodle_sync.needs import HIDDEN_COURSES, VIEW, capabilities_of

_BY_CODE: dict[str, type[errors.MoodleError]] = {
    "accessexception": errors.AccessRefused,
    "codingerror": errors.CallRefused,
    "dbconnectionfailed": errors.DatabaseDown,
    "disabled": errors.MessagingOff,
    "dmlwriteexception": errors.WriteFailed,
    "forcepasswordchangenotice": errors.PasswordExpired,
    "formatnotsupported": errors.MixedMessages,
    "idnumbertaken": errors.IdNumberTaken,
    "invalidparameter": errors.ParameterRefused,
    "invalidrecord": errors.RecordMissing,
    "invalidrecordunknown": errors.RecordMissing,
    "invalidresponse": errors.OwnAnswerInvalid,
    "invalidtoken": errors.TokenInvalid,
    "invaliduser": errors.PersonMissing,
    "keyalreadyset": errors.CallRefused,
    "nopermissions": errors.PermissionMissing,
    "requireloginerror": errors.ActivityUnavailable,
    "sitemaintenance": errors.SiteMaintenance,
    "sitepolicynotagreed": errors.PolicyNotAccepted,
    "upgraderunning": errors.UpgradeRunning,
    "userdeleted": errors.PersonMissing,
    "usernotfullysetup": errors.ProfileIncomplete,
    "wsaccessuserdeleted": errors.AccountDeleted,
    "wsaccessusernologin": errors.AccountNoLogin,
    "wsaccessusersuspended": errors.AccountSuspended,
    "wsaccessuserunconfirmed": errors.AccountUnconfirmed,
    "wsnoinstance": errors.ManualEnrolmentOff,
    "wsusercannotassign": errors.RoleNotAssignable,
}

# `errorcoursecontextnotvalid` tells its reason in the sentence alone. The first two needles are an address
# and a key, the same in every language of Moodle; the others are English.
_COURSE_REASONS: tuple[tuple[str, type[errors.MoodleError]], ...] = (
    ("user/policy.php", errors.PolicyNotAccepted),
    ("forcepasswordchangenotice", errors.PasswordExpired),
    ("site policy not agreed", errors.PolicyNotAccepted),
    ("not fully set-up", errors.ProfileIncomplete),
    ("not accessible", errors.CourseHidden),
    ("invalid parameter value", errors.CourseMissing),
)


def judge(function: str, answer: Any) -> Any:
    """The value of an answer; raises the typed error when it is Moodle's error object."""
    if isinstance(answer, dict) and "errorcode" in answer and ("exception" in answer or "message" in answer):
        raise error_of(function, answer)
    return answer


def error_of(function: str, answer: dict[str, Any]) -> errors.MoodleError:
    """The typed error of `{"exception", "errorcode", "message"}`; in a batch `message` may be absent."""
    errorcode = str(answer.get("errorcode") or "")
    message = str(answer.get("message") or "")
    if errorcode == "errorcoursecontextnotvalid":
        return _course_error(function, errorcode, message)
    # `core_calendar_update_event_start_day` puts a sentence where the code belongs.
    if errorcode.startswith("Unable to find event"):
        return errors.RecordMissing(function, errorcode="eventmissing")
    kind = _BY_CODE.get(errorcode)
    if kind is None:
        return errors.MoodleError(function, errorcode=errorcode[:60])
    capabilities = capabilities_of(function) if kind in (errors.PermissionMissing,) else ()
    return kind(function, errorcode=errorcode, missing_capabilities=capabilities)


def _course_error(function: str, errorcode: str, message: str) -> errors.MoodleError:
    lowered = message.lower()
    for needle, kind in _COURSE_REASONS:
        if needle in lowered:
            hints = (VIEW, HIDDEN_COURSES) if kind is errors.CourseHidden else ()
            return kind(function, errorcode=errorcode, missing_capabilities=hints)
    return errors.CourseUnavailable(
        function, errorcode=errorcode, missing_capabilities=(VIEW, HIDDEN_COURSES)
    )

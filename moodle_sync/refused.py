"""What Moodle says by `errorcode`, one class a kind."""

from typing import ClassVar

from moodle_sync.breakage import MoodleError


class SiteMaintenance(MoodleError):
    """Maintenance mode of the site administration."""

    code = "moodle_site_maintenance"
    retry = True
    whole_site = True


class UpgradeRunning(MoodleError):
    """Moodle is being upgraded."""

    code = "moodle_upgrade_running"
    retry = True
    whole_site = True


class DatabaseDown(MoodleError):
    """Moodle does not reach its database."""

    code = "moodle_database_down"
    retry = True
    whole_site = True


class AccessRefused(MoodleError):
    """`accessexception`, Moodle's one word for many causes: `CAUSES` lists them."""

    code = "moodle_access_refused"
    CAUSES: ClassVar[tuple[str, ...]] = (
        "function_not_in_service",
        "service_off",
        "token_expired",
        "other_ip",
        "account_not_authorised",
        "valid_until_set",
        "no_rest_use",
        "role_taken_away",
    )


class TokenInvalid(MoodleError):
    """The token does not exist (any more): an expired one is deleted by its first use."""

    code = "moodle_token_invalid"
    whole_site = True


class AccountSuspended(MoodleError):
    """The service account is suspended."""

    code = "moodle_account_suspended"
    whole_site = True


class AccountDeleted(MoodleError):
    """The service account is deleted."""

    code = "moodle_account_deleted"
    whole_site = True


class AccountUnconfirmed(MoodleError):
    """The service account was never confirmed."""

    code = "moodle_account_unconfirmed"
    whole_site = True


class AccountNoLogin(MoodleError):
    """The service account has the authentication method «no login»."""

    code = "moodle_account_nologin"
    whole_site = True


class PolicyNotAccepted(MoodleError):
    """The service account has not accepted the site policy."""

    code = "moodle_account_policy"
    whole_site = True


class PasswordExpired(MoodleError):
    """The service account must change its password."""

    code = "moodle_account_password"
    whole_site = True


class ProfileIncomplete(MoodleError):
    """The profile of the service account lacks a required field, usually the e-mail."""

    code = "moodle_account_profile"
    whole_site = True


class CourseUnavailable(MoodleError):
    """The course cannot be entered: hidden, gone, or `moodle/course:view` is missing."""

    code = "moodle_course_unavailable"


class CourseHidden(CourseUnavailable):
    """The course is hidden from the service account."""

    code = "moodle_course_hidden"


class CourseMissing(CourseUnavailable):
    """There is no such course."""

    code = "moodle_course_missing"


class CourseChanging(MoodleError):
    """Groups of the course go on vanishing while they are read."""

    code = "moodle_course_changing"
    retry = True


class ActivityUnavailable(MoodleError):
    """The activity or its course is hidden from the service account."""

    code = "moodle_activity_unavailable"


class PermissionMissing(MoodleError):
    """A capability is missing (or, for one event, the event is gone)."""

    code = "moodle_permission_missing"


class RecordMissing(MoodleError):
    """A group, event, grouping or course asked for does not exist."""

    code = "moodle_record_missing"


class PersonMissing(MoodleError):
    """A user does not exist or is deleted."""

    code = "moodle_person_missing"


class ParameterRefused(MoodleError):
    """`invalidparameter`: taken name, unenrolled user, missing course: Moodle does not say which."""

    code = "moodle_parameter_refused"


class FormRefused(MoodleError):
    """The calendar form came back with `validationerror`: empty name or a group of another course."""

    code = "moodle_form_refused"


class EventTimeNotKept(MoodleError):
    """The calendar form stored another time, even after correcting for the time zone of the account."""

    code = "moodle_event_time_not_kept"


class NotKept(MoodleError):
    """Moodle answered that it did what was asked, and reading back shows that it did not."""

    code = "moodle_write_not_kept"
    retry = True


class NotReached(MoodleError):
    """Not tried: something that it needs failed, or the connection broke before."""

    code = "moodle_not_reached"
    retry = True


class WriteFailed(MoodleError):
    """`dmlwriteexception`: the database refused the row."""

    code = "moodle_write_failed"


class OwnAnswerInvalid(MoodleError):
    """`invalidresponse`: Moodle refuses to tell what it holds itself, most often a name with a tag in it.

    One such account in a course, made past Moodle's forms by a directory or single sign-on, withholds the
    whole roster. A write that ends so was done.
    """

    code = "moodle_own_answer_invalid"
    unknown = True


class IdNumberTaken(MoodleError):
    """Another group or grouping of the course holds this idnumber."""

    code = "moodle_idnumber_taken"


class RoleNotAssignable(MoodleError):
    """The service account may not assign this role."""

    code = "moodle_role_not_assignable"


class ManualEnrolmentOff(MoodleError):
    """The course has no manual enrolment method, or it is switched off."""

    code = "moodle_manual_enrolment_off"


class MessagingOff(MoodleError):
    """Messaging is switched off for the site."""

    code = "moodle_messaging_off"
    whole_site = True


class MixedMessages(MoodleError):
    """Some messages of one call failed; the others were sent, Moodle does not say which."""

    code = "moodle_mixed_messages"
    unknown = True


class CallRefused(MoodleError):
    """Moodle says that the call itself makes no sense: a fault of ours."""

    code = "moodle_call_refused"


class EventNotListed(MoodleError):
    """Group events are not listed: the role is held in a category, not at system level."""

    code = "moodle_calendar_not_listed"

"""Who gets in: switches of the site, the token, the state of the account, the service."""

from __future__ import annotations

from moodle_sync.sandbox.errors import (
    MoodleError,
    account_refused,
    invalid_parameter,
    invalid_token,
    missing_record,
    no_access,
    plain,
)
from moodle_sync.sandbox.model import Token, User
from moodle_sync.sandbox.rest.functions import FUNCTIONS, in_service
from moodle_sync.sandbox.rights import may
from moodle_sync.sandbox.state import Moodle

# Functions that a Moodle has and the sandbox has not: asked for, they are refused and not unknown.
ELSEWHERE = frozenset(
    [
        "core_calendar_get_action_events_by_course",
        "core_calendar_get_calendar_monthly_view",
        "core_course_check_updates",
        "core_course_create_courses",
        "core_course_get_courses",
        "core_course_get_updates_since",
        "core_enrol_get_users_courses",
        "core_enrol_get_course_enrolment_methods",
        "core_enrol_search_users",
        "core_files_get_files",
        "core_files_upload",
        "core_group_get_course_user_groups",
        "core_user_create_users",
        "core_user_delete_users",
        "core_user_update_users",
        "core_user_get_course_user_profiles",
        "mod_assign_get_assignments",
        "mod_assign_get_submissions",
    ]
)


def enter(moodle: Moodle, token_text: str, function: str, address: str) -> User:
    """Return the account that calls; raises what Moodle answers to whoever may not."""
    _site_is_open(moodle)
    token = _token(moodle, token_text, address)
    user = _account(moodle, token)
    if not function:
        raise invalid_parameter()
    if function not in FUNCTIONS and function not in ELSEWHERE:
        raise missing_record("external_functions")
    if not may(moodle, user.id, "webservice/rest:use") or not _admitted(moodle, user, address):
        raise no_access()
    if not in_service(moodle, function):
        raise no_access()
    return user


def _site_is_open(moodle: Moodle) -> None:
    if moodle.site.upgrade_running:
        raise plain("upgraderunning", "Site is being upgraded, please retry later.")


def _token(moodle: Moodle, text: str, address: str) -> Token:
    token = moodle.tokens.get(text)
    if token is None:
        raise invalid_token()
    if token.valid_until and token.valid_until < moodle.now():
        # The first call with an expired token deletes it.
        del moodle.tokens[text]
        moodle.changed()
        raise no_access()
    if token.ip and token.ip != address:
        raise no_access()
    return token


def _account(moodle: Moodle, token: Token) -> User:
    user = moodle.users[token.user_id]
    if moodle.site.maintenance and user.id not in moodle.admins:
        raise plain("sitemaintenance", "The site is undergoing maintenance and is currently not available")
    refused = _refused(user)
    if refused is not None:
        raise refused
    return user


def _refused(user: User) -> MoodleError | None:
    if user.deleted:
        return account_refused("wsaccessuserdeleted", "deleted", user.username)
    if not user.confirmed:
        return account_refused("wsaccessuserunconfirmed", "unconfirmed", user.username)
    if user.suspended:
        return account_refused("wsaccessusersuspended", "suspended", user.username)
    if user.auth == "nologin":
        return account_refused("wsaccessusernologin", "nologin authentication", user.username)
    return None


def _admitted(moodle: Moodle, user: User, address: str) -> bool:
    service = moodle.service
    if not service.enabled:
        return False
    if service.required_capability and not may(moodle, user.id, service.required_capability):
        return False
    if not service.restricted:
        return True
    entry = service.authorised.get(user.id)
    if entry is None or (entry.ip and entry.ip != address):
        return False
    # Moodle 4.5 compares the wrong way round: a date to come refuses.
    return not entry.valid_until or entry.valid_until < moodle.now()

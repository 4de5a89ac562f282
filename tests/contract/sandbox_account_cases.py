"""Situations of people, messages, the service account and the site."""

from __future__ import annotations

from moodle_sync.sandbox import by_hand
from moodle_sync.sandbox.model import SYSTEM, AuthorisedUser
from moodle_sync.sandbox.roles import SERVICE
from tests.contract.sandbox_cases import Prepare, prepare
from tests.contract.sandbox_sites import World, with_states

# Messages


@prepare("message_send_with_messageanyuser")
def may_message_anyone(world: World) -> None:
    world.moodle.assign_role(37, SERVICE, SYSTEM)


@prepare("messages_*")
def all_states(world: World) -> None:
    with_states(world)


@prepare("messages_deleted_user*")
def deleted_receiver(world: World) -> None:
    by_hand.delete_account(world.moodle, 42)


@prepare("messages_states")
def suspended_receiver(world: World) -> None:
    by_hand.suspend_account(world.moodle, 41)


@prepare("messages_preferences*")
def receivers_who_refuse(world: World) -> None:
    world.moodle.users[6].blocked = [34]
    world.moodle.users[7].contacts_only = True


@prepare("messages_preferences_no_messageanyuser")
def without_messageanyuser(world: World) -> None:
    world.take("moodle/site:messageanyuser")


@prepare("messages_no_sendmessage")
def without_sendmessage(world: World) -> None:
    world.take("moodle/site:sendmessage")


@prepare("messages_no_sendmessage_at_all")
def without_sendmessage_at_all(world: World) -> None:
    for role in world.moodle.roles.values():
        role.capabilities.discard("moodle/site:sendmessage")


@prepare("messages_site_messaging_off")
def messaging_off(world: World) -> None:
    world.moodle.site.messaging = False


# People


@prepare("users_*")
def three_states(world: World) -> None:
    with_states(world)
    by_hand.suspend_account(world.moodle, 41)
    by_hand.delete_account(world.moodle, 42)
    world.moodle.users[33].email = "manager@x.example"


@prepare("users_group_members_before")
def before_the_states(world: World) -> None:
    by_hand.suspend_account(world.moodle, 41, suspended=False)
    world.moodle.users[42].deleted = False
    world.moodle.enrol(2, 42)
    world.moodle.members[2].add(42)


@prepare("users_*no_viewdetails*")
def without_viewdetails(world: World) -> None:
    world.take("moodle/user:viewdetails")


@prepare("users_*no_viewalldetails*")
def without_viewalldetails(world: World) -> None:
    world.take("moodle/user:viewalldetails")


@prepare("users_*no_viewuseridentity*")
def without_viewuseridentity(world: World) -> None:
    world.take("moodle/site:viewuseridentity")


# The account and the site


def _account(**changes: object) -> Prepare:
    def change(world: World) -> None:
        for name, value in changes.items():
            setattr(world.moodle.users[34], name, value)

    return change


def _site(**changes: object) -> Prepare:
    def change(world: World) -> None:
        for name, value in changes.items():
            setattr(world.moodle.site, name, value)

    return change


def _authorised(**changes: object) -> Prepare:
    def change(world: World) -> None:
        world.moodle.service.restricted = True
        world.moodle.service.authorised = {34: AuthorisedUser(34, **changes)}  # type: ignore[arg-type]

    return change


for pattern, situation in {
    "conn_account_auth_disabled": _site(disabled_auth=["ldap"]),
    "conn_account_auth_nologin": _account(auth="nologin"),
    "conn_account_suspended": _account(suspended=True),
    "conn_account_deleted": _account(deleted=True),
    "conn_account_not_confirmed": _account(confirmed=False),
    "conn_must_change_password*": _account(must_change_password=True),
    "conn_password_expired_profile_incomplete": _account(email=""),
    "conn_site_policy_not_accepted*": _site(has_policy=True),
    "conn_upgrade_pending*": _site(upgrade_pending=True),
    "conn_upgrade_running": _site(upgrade_running=True),
    "conn_maintenance_normal": _site(maintenance=True),
    "conn_maintenance_cli": _site(maintenance_by_cli=True),
    "conn_maintenance_cli_late": _site(maintenance_begins=True),
    "conn_web_services_disabled": _site(web_services=False),
    "conn_rest_protocol_disabled": _site(rest_protocol=False),
    "conn_account_authorised": _authorised(),
    "conn_account_authorised_expired": _authorised(valid_until=1),
    "conn_account_authorised_valid_until_tomorrow": _authorised(valid_until=2000000000),
    "conn_account_authorised_other_ip": _authorised(ip="192.0.2.1"),
}.items():
    prepare(pattern)(situation)


@prepare("conn_account_auth_disabled")
def account_of_ldap(world: World) -> None:
    world.moodle.users[34].auth = "ldap"


@prepare("conn_account_not_authorised")
def nobody_authorised(world: World) -> None:
    world.moodle.service.restricted = True


@prepare("conn_service_disabled")
def service_off(world: World) -> None:
    world.moodle.service.enabled = False


@prepare("conn_service_required_capability")
def service_wants_more(world: World) -> None:
    world.moodle.service.required_capability = "moodle/site:config"


@prepare("conn_no_rest_use")
def without_rest_use(world: World) -> None:
    world.take("webservice/rest:use")


@prepare("conn_role_taken_away")
def without_a_role(world: World) -> None:
    world.moodle.assignments[34] = []


@prepare("conn_token_expired")
def token_expired(world: World) -> None:
    world.moodle.tokens[world.token].valid_until = 1


@prepare("conn_token_expired_second_call")
def token_gone(world: World) -> None:
    token_expired(world)
    world.client.post("/webservice/rest/server.php", data={"wstoken": world.token, "wsfunction": "x"})


@prepare("conn_token_other_ip")
def token_for_another_address(world: World) -> None:
    world.moodle.tokens[world.token].ip = "192.0.2.1"


@prepare("conn_no_token")
def no_token(world: World) -> None:
    world.token = ""


@prepare("error_bad_token")
def another_token(world: World) -> None:
    world.token = "other"

"""What the site says of itself: `core_webservice_get_site_info`."""

from __future__ import annotations

from moodle_sync.sandbox.rest.functions import FUNCTIONS, Caller, Parameters, function, in_service
from moodle_sync.sandbox.rest.parameters import Many, Value

RELEASE = "4.5.6 (Build: 20250811)"
VERSION = "2024100706"
_FEATURES = {
    "usecomments": 1,
    "usetags": 1,
    "enablenotes": 1,
    "messaging": 1,
    "enableblogs": 1,
    "enablecompletion": 1,
    "enablebadges": 1,
    "messagingallusers": 0,
    "enablecustomreports": 1,
    "enableglobalsearch": 0,
    "mnet_dispatcher_mode": 0,
    "enablecompetencies": 1,
}


@function("core_webservice_get_site_info", serviceshortnames=Many(Value("text"), ()))
def get_site_info(caller: Caller, _: Parameters) -> object:
    """The site, the account and the functions of its service."""
    moodle, user = caller.moodle, caller.user
    version = "2024100705" if moodle.site.upgrade_pending else VERSION
    features = {**_FEATURES, "messaging": int(moodle.site.messaging)}
    return {
        "sitename": moodle.site.name,
        "username": user.username,
        "firstname": user.firstname,
        "lastname": user.lastname,
        "fullname": user.fullname,
        "lang": user.lang,
        "userid": user.id,
        "siteurl": caller.base_url,
        "userpictureurl": f"{caller.base_url}/theme/image.php/boost/core/1795492047/u/f1",
        "functions": [{"name": name, "version": version} for name in FUNCTIONS if in_service(moodle, name)],
        "downloadfiles": 1,
        "uploadfiles": 1,
        "release": RELEASE,
        "version": version,
        "mobilecssurl": "",
        "advancedfeatures": [{"name": name, "value": value} for name, value in features.items()],
        "usercanmanageownfiles": True,
        "userquota": 104857600,
        "usermaxuploadfilesize": 2097152,
        "userhomepage": 1,
        "userprivateaccesskey": "PRIVATEKEY",
        "siteid": 1,
        "sitecalendartype": "gregorian",
        "usercalendartype": "gregorian",
        "userissiteadmin": user.id in moodle.admins,
        "theme": "boost",
        "limitconcurrentlogins": 0,
        "policyagreed": int(user.policy_agreed),
    }

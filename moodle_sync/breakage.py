"""How the connection to Moodle breaks, one class a kind.

`code` is stable and serves as the key of a translated sentence; `params` fill that sentence. Neither the
text nor the representation of an error holds a token, a name or the message of Moodle (which may hold both).
"""

from collections.abc import Mapping
from typing import ClassVar


class MoodleError(Exception):
    """Moodle refused, broke or was not there.

    `retry`: the same call may succeed later without anybody doing anything.
    `unknown`: Moodle may have done what was asked although no answer says so; a write must be looked up.
    `whole_site`: every other call would end the same way now.
    `missing_capabilities`: what the service account probably lacks, most likely first.
    """

    code: ClassVar[str] = "moodle_error"
    retry: ClassVar[bool] = False
    unknown: ClassVar[bool] = False
    whole_site: ClassVar[bool] = False

    def __init__(
        self,
        function: str = "",
        *,
        errorcode: str = "",
        missing_capabilities: tuple[str, ...] = (),
        params: Mapping[str, str | int] | None = None,
    ) -> None:
        self.function = function
        self.errorcode = errorcode
        self.missing_capabilities = missing_capabilities
        self.params: dict[str, str | int] = dict(params or {})
        super().__init__(self.code)

    def __str__(self) -> str:
        parts = [self.code, self.function, self.errorcode]
        return " ".join(part for part in parts if part)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self}>"


# How the connection breaks.


class PlainHttpRefused(MoodleError):
    """The address is plain http and the operator did not list its host: the token would travel open."""

    code = "moodle_plain_http"
    whole_site = True


class Unreachable(MoodleError):
    """No connection could be made: nothing was sent."""

    code = "moodle_unreachable"
    retry = True
    whole_site = True


class ConnectionLost(MoodleError):
    """The connection broke after the request was sent."""

    code = "moodle_connection_lost"
    retry = True
    unknown = True
    whole_site = True


class TimedOut(MoodleError):
    """No answer within the read timeout."""

    code = "moodle_timeout"
    retry = True
    unknown = True
    whole_site = True


class TlsFailed(MoodleError):
    """The certificate of the site does not hold."""

    code = "moodle_tls"
    whole_site = True


class Resting(MoodleError):
    """The site failed again and again, so it is not asked for a while; nothing was sent."""

    code = "moodle_resting"
    retry = True
    whole_site = True


class WebServicesOff(MoodleError):
    """403 with an empty page: web services or the REST protocol are switched off."""

    code = "moodle_web_services_off"
    whole_site = True


class Forbidden(MoodleError):
    """403 with a page: something in front of Moodle refuses us."""

    code = "moodle_forbidden"
    whole_site = True


class MaintenancePage(MoodleError):
    """503: maintenance from the command line, or an overloaded server; `params["after"]` in seconds."""

    code = "moodle_maintenance_page"
    retry = True
    whole_site = True


class MaintenanceBegins(MoodleError):
    """A redirect to the front page of the same site: an announced maintenance begins with this call."""

    code = "moodle_maintenance_begins"
    retry = True
    whole_site = True


class HttpsWanted(MoodleError):
    """A redirect from http to https: the address set for Moodle lacks its `s`."""

    code = "moodle_https_wanted"
    whole_site = True


class OtherHost(MoodleError):
    """A redirect to another host; `params["host"]` is the name Moodle calls itself by."""

    code = "moodle_other_host"
    whole_site = True


class Redirected(MoodleError):
    """Any other redirect; `params["path"]`."""

    code = "moodle_redirected"
    whole_site = True


class PathWrong(MoodleError):
    """404: there is no Moodle under this path."""

    code = "moodle_path_wrong"
    whole_site = True


class PageInstead(MoodleError):
    """200 with a web page: the address leads to a page, not to the web service."""

    code = "moodle_page_instead"
    whole_site = True


class RequestTooBig(MoodleError):
    """XML although JSON was asked for: the web server lost a part of the request (`post_max_size`)."""

    code = "moodle_request_too_big"


class ServerFault(MoodleError):
    """5xx: PHP or the web server failed; `params["status"]`."""

    code = "moodle_server_fault"
    unknown = True
    whole_site = True


class DataFolderGone(ServerFault):
    """500: Moodle cannot reach its data folder."""

    code = "moodle_data_folder"


class BrokenAnswer(MoodleError):
    """JSON cut short, or not what the function promises."""

    code = "moodle_broken_answer"
    retry = True
    unknown = True

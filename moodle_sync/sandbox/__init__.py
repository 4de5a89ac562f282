"""A small Moodle: the platform side of LTI 1.3, the web services that a sync uses, and pages to click.

It serves the demo and the tests, and is held to the recorded answers of a real Moodle 4.5.
"""

from moodle_sync.sandbox.app import create_sandbox, empty_moodle
from moodle_sync.sandbox.config import SandboxConfig
from moodle_sync.sandbox.cost import CallCost
from moodle_sync.sandbox.faults import FaultKind
from moodle_sync.sandbox.lti.registration import register_tool
from moodle_sync.sandbox.service_account import add_service_account
from moodle_sync.sandbox.site_of import moodle_of
from moodle_sync.sandbox.state import Moodle
from moodle_sync.sandbox.wire import WsgiAdapter

__all__ = [
    "CallCost",
    "FaultKind",
    "Moodle",
    "SandboxConfig",
    "WsgiAdapter",
    "add_service_account",
    "create_sandbox",
    "empty_moodle",
    "moodle_of",
    "register_tool",
]

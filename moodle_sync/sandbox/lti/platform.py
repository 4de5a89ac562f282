"""What the LTI side of a site keeps besides the site: keys, launches begun, tokens handed out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import cast

from flask import Flask

from moodle_sync.sandbox.lti.keys import PlatformKeys
from moodle_sync.sandbox.lti.pending import PendingLaunches

_NAME = "sandbox.platform"


@dataclass(slots=True)
class AccessToken:
    """What a tool may do until when (Unix time)."""

    tool_id: int
    scopes: frozenset[str]
    expires: int


@dataclass(slots=True)
class Registration:
    """A registration that an administrator began: its client id, and whether it was used."""

    client_id: str
    used: bool = False


@dataclass(slots=True)
class Platform:
    """The LTI side of one site."""

    keys: PlatformKeys
    pending: PendingLaunches = field(default_factory=PendingLaunches)
    tokens: dict[str, AccessToken] = field(default_factory=dict)
    registrations: dict[str, Registration] = field(default_factory=dict)


def attach_platform(app: Flask, platform: Platform) -> None:
    """Hang the LTI side on an application."""
    app.extensions[_NAME] = platform


def platform_of(app: Flask) -> Platform:
    """Return the LTI side of an application."""
    return cast("Platform", app.extensions[_NAME])

"""What hangs on a sandbox application: the site and its settings."""

from __future__ import annotations

from typing import cast

from flask import Flask

from moodle_sync.sandbox.config import SandboxConfig
from moodle_sync.sandbox.state import Moodle

_MOODLE, _CONFIG = "sandbox.moodle", "sandbox.config"


def attach(app: Flask, moodle: Moodle, config: SandboxConfig) -> None:
    """Hang a site and its settings on an application."""
    app.extensions[_MOODLE] = moodle
    app.extensions[_CONFIG] = config


def moodle_of(app: Flask) -> Moodle:
    """Return the site that an application serves."""
    return cast("Moodle", app.extensions[_MOODLE])


def config_of(app: Flask) -> SandboxConfig:
    """Return the settings of an application."""
    return cast("SandboxConfig", app.extensions[_CONFIG])

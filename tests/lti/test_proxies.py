"""Who is counted when logins are limited by address: the browser, by as many proxies as the operator has."""

from __future__ import annotations

import pytest

from mmo_lti.app import create_app
from mmo_lti.config import load_config
from mmo_lti.installation import Installation
from tests.lti.platform import TOOL

FORWARDED = {
    "X-Forwarded-For": "198.51.100.9, 203.0.113.7",
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-Proto": "http",
}


@pytest.mark.parametrize(
    ("proxies", "counted"), [("0", "192.0.2.1"), ("1", "203.0.113.7"), ("2", "198.51.100.9")]
)
def test_lti_015_limit_counts_the_address_that_our_proxies_tell(tmp_path, monkeypatch, proxies, counted):
    config = load_config({"MMO_DATA": str(tmp_path), "MMO_PUBLIC_URL": TOOL, "MMO_PROXIES": proxies})
    app = create_app(config)
    seen = []
    monkeypatch.setattr(app.extensions["mmo.lti"].logins, "admits", seen.append)
    app.test_client().get(
        "/lti/login", base_url=TOOL, headers=FORWARDED, environ_base={"REMOTE_ADDR": "192.0.2.1"}
    )
    assert seen == [counted]
    installation: Installation = app.extensions["mmo"]
    installation.database.close()
    installation.http.close()

"""A Moodle whose certificate comes from an authority of its own, asked by web services."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from moodle_sync.client import MoodleClient
from moodle_sync.errors import TlsFailed
from tasks.connections import Connections
from tests.lti.in_browser.https import self_signed, served
from tests.tasks.city import Clock


@pytest.mark.parametrize("named", [True, False])
def test_the_certificate_of_an_authority_that_the_operator_named_is_trusted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, named: bool
) -> None:
    certificate = self_signed(tmp_path, "localhost")
    monkeypatch.delenv("REQUESTS_CA_BUNDLE", raising=False)
    if named:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", certificate[0])
    moodle = Flask("moodle")
    moodle.post("/webservice/rest/server.php")(lambda: {"userid": 3, "functions": []})
    with served(certificate) as door:
        door.app = moodle
        site = f"https://localhost:{door.port}"
        connections = Connections(frozenset({f"localhost:{door.port}"}))
        client = MoodleClient(site, "TOKEN", now=Clock(), session=connections.session(site))
        try:
            if named:
                assert client.site_info()["userid"] == 3
            else:
                with pytest.raises(TlsFailed):
                    client.site_info()
        finally:
            connections.close()

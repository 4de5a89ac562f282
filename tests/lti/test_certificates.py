"""A platform whose certificate comes from an authority of its own."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from mmo_lti.lti.outgoing import Outgoing, OutgoingFailed, guarded_session
from tests.lti.in_browser.https import self_signed, served


@pytest.mark.parametrize("named", [True, False])
def test_lti_087_certificate_of_an_authority_that_the_operator_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, named: bool
) -> None:
    certificate = self_signed(tmp_path, "localhost")
    monkeypatch.delenv("REQUESTS_CA_BUNDLE", raising=False)
    if named:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", certificate[0])
    platform = Flask("platform")
    platform.get("/keys")(lambda: {"keys": []})
    with served(certificate) as door:
        door.app = platform
        hosts = frozenset({f"localhost:{door.port}"})
        outgoing = Outgoing(guarded_session(hosts), hosts)
        address = f"https://localhost:{door.port}/keys"
        if named:
            assert outgoing.get_json(address)[0] == {"keys": []}
        else:
            with pytest.raises(OutgoingFailed, match="connection"):
                outgoing.get_json(address)

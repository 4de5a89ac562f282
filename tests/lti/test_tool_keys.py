"""H. The tool's own keys."""

from __future__ import annotations

from datetime import timedelta

import pytest
from joserfc import jws, jwt
from joserfc.jwk import KeySet
from sqlalchemy import select

from mmo_lti.lti import tool_keys
from mmo_lti.models.tool_key import ToolKey
from mmo_lti.services.sealed import Unreadable, seal, unseal
from tests.lti.conftest import NOW
from tests.lti.platform import TOOL

SECRET = "secret of the tests"
PUBLIC = {"kty", "n", "e", "kid", "alg", "use"}


def test_lti_079_published_keys(client, web):
    response = client.get("/lti/jwks", base_url=TOOL)
    assert response.status_code == 200
    assert response.mimetype == "application/json"
    assert "max-age=" in response.headers["Cache-Control"]
    assert "Set-Cookie" not in response.headers
    (key,) = response.json["keys"]
    assert set(key) == PUBLIC
    assert (key["kty"], key["alg"], key["use"]) == ("RSA", "RS256", "sig")
    assert client.get("/lti/jwks", base_url=TOOL).json["keys"] == [key]


def test_lti_080_rotation_overlaps_on_both_sides(database):
    with database.write() as session:
        tool_keys.ensure_key(session, SECRET, NOW)
        second = tool_keys.rotate(session, SECRET, NOW)
        assert tool_keys.rotate(session, SECRET, NOW + timedelta(hours=1)) == second
        for hours in range(0, 72, 6):
            now = NOW + timedelta(hours=hours)
            token = tool_keys.sign(session, SECRET, {"iss": "x"}, now)
            kid = jws.extract_compact(token.encode()).headers()["kid"]
            published = {key["kid"] for key in tool_keys.published(session, now)}
            assert kid == ("mmo-1" if hours < 24 else second)
            assert kid in published
            assert (second in published, "mmo-1" in published) == (True, hours < 48)
        assert tool_keys.forget_old(session, NOW + timedelta(hours=47)) == 0
        assert tool_keys.forget_old(session, NOW + timedelta(hours=49)) == 1


def test_lti_080_tokens_verify_by_the_published_set(database):
    with database.write() as session:
        tool_keys.ensure_key(session, SECRET, NOW)
        token = tool_keys.sign(session, SECRET, {"iss": "x"}, NOW)
        keys = KeySet.import_key_set({"keys": tool_keys.published(session, NOW)})
    assert jwt.decode(token, keys, algorithms=["RS256"]).claims == {"iss": "x"}


def test_lti_081_private_keys_are_strong_and_sealed(database, caplog):
    with database.write() as session:
        tool_keys.ensure_key(session, SECRET, NOW)
        row = session.scalars(select(ToolKey)).one()
        assert tool_keys.signing_key(session, SECRET, NOW).private_key.key_size >= 2048
        assert "PRIVATE" not in row.sealed_private + repr(row) + str(row.public)
        assert not {"d", "p", "q", "dp", "dq", "qi"} & set(row.public)
        with pytest.raises(Unreadable):
            tool_keys.signing_key(session, "another secret", NOW)
    assert "PRIVATE" not in caplog.text


def test_sealed_text_opens_with_its_own_secret_only():
    sealed = seal("one", "текст")
    assert unseal("one", sealed) == "текст"
    assert "текст" not in sealed
    for secret, text in (("two", sealed), ("one", sealed[:-2]), ("one", "")):
        with pytest.raises(Unreadable):
            unseal(secret, text)

"""An issuer is compared sign by sign at each launch, so a spelling that no launch will have is refused."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from mmo_lti.models.centre import Centre
from mmo_lti.services.platform_move import move_platform
from mmo_lti.services.registration import (
    PlatformRefused,
    check_typed_platform,
    is_known,
    register_platform,
)
from tests.lti.conftest import NOW, platform_facts
from tests.lti.platform import ISS
from tests.lti.test_registration import CONFIGURATION, NEW, configuration, registrar

__all__ = ["registrar"]

SPELT = [
    ("https://new.example/", NEW),
    ("https://NEW.example", NEW),
    ("HTTPS://new.example", NEW),
    ("https://new.example:443", NEW),
    ("https://new.example:0443", NEW),
    ("https://new.example?", NEW),
    ("https://new.example/?x=1", NEW),
    ("https://new.example/Moodle//", f"{NEW}/Moodle"),
]


@pytest.mark.parametrize(("spelt", "normal"), SPELT)
def test_move_shows_the_usual_spelling(database, spelt, normal):
    with database.write() as session:
        with pytest.raises(PlatformRefused) as refused:
            move_platform(session, ISS, spelt, frozenset(), NOW)
        assert session.scalars(select(Centre.iss)).one() == ISS
    assert (refused.value.code, refused.value.params["normal"]) == ("platform.issuer", normal)
    with database.write() as session:
        assert move_platform(session, ISS, normal, frozenset(), NOW).iss == normal


@pytest.mark.parametrize(("spelt", "normal"), SPELT)
def test_typed_platform_is_shown_the_usual_spelling(spelt, normal):
    with pytest.raises(PlatformRefused) as refused:
        check_typed_platform(platform_facts(iss=spelt), frozenset())
    assert refused.value.params == {"field": "iss", "normal": normal}
    check_typed_platform(platform_facts(iss=normal), frozenset())


@pytest.mark.parametrize("iss", ["https://new.example/?x", "https://new.example?", "https://new.example/#x"])
def test_platform_that_registers_itself_has_no_query_in_its_issuer(registrar, web, database, iss):
    web.replace("GET", CONFIGURATION, json=configuration(issuer=iss))
    assert registrar.open().status_code == 400
    assert registrar.usable()
    with database.write() as session, pytest.raises(PlatformRefused):
        register_platform(session, platform_facts(iss=iss), frozenset(), NOW)


@pytest.mark.parametrize("iss", [f"{NEW}/", f"{NEW}:443", "https://NEW.example", f"{NEW}/lms"])
def test_platform_that_registers_itself_is_kept_as_it_spells_itself(registrar, web, database, client, iss):
    web.replace("GET", CONFIGURATION, json=configuration(issuer=iss))
    assert registrar.open().status_code == 200
    with database.read() as session:
        assert is_known(session, iss)
        assert not is_known(session, iss + "/")

"""Texts that no database and no signature takes: half a character, and NUL."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from mmo_lti.lti import vocabulary as v
from mmo_lti.lti.refusal import Outcome
from mmo_lti.models.registry import metadata
from tests.lti.platform import ISS
from tests.lti.test_deep_linking import asking, associations, chooser

__all__ = ["associations", "chooser"]

UNFIT = ["\ud800", "a\udfffb", "\0", "a\0b"]


@pytest.mark.parametrize("data", UNFIT, ids=ascii)
def test_data_that_could_not_go_back_is_refused_at_the_door(journey, expect, data):
    expect.refused(journey.launch(**asking(data=data)), Outcome.BROKEN, "malformed.deep_linking_data")


@pytest.mark.parametrize("data", ["", "строка\n\t\u202e", "🎓", "x" * 16_000], ids=lambda x: ascii(x)[:20])
def test_any_other_data_goes_back_as_it_came(chooser, data):
    chooser.open(data=data)
    assert chooser.answer(chooser.send("/"))[v.DEEP_LINKING_DATA] == data


@pytest.mark.parametrize("text", UNFIT, ids=ascii)
@pytest.mark.parametrize("name", ["accept_types", "accept_presentation_document_targets"])
def test_unfit_kinds_of_a_request_break_no_answer(chooser, name, text):
    chooser.open(**{name: [text, "ltiResourceLink"]})
    assert len(chooser.answer(chooser.send("/"))[v.CONTENT_ITEMS]) == 1


def test_request_of_unfit_kinds_alone_is_refused(journey, expect):
    refused = journey.launch(**asking(accept_types=["\ud800"]))
    expect.refused(refused, Outcome.BROKEN, "malformed.deep_linking_settings")


CLAIMS = {
    "name": lambda text: {"name": text, "given_name": text, "family_name": text},
    "email": lambda text: {"email": f"a{text}@b.example"},
    "locale": lambda text: {v.LAUNCH_PRESENTATION: {"locale": text, "return_url": f"{ISS}/{text}"}},
    "context": lambda text: {v.CONTEXT: {"id": "2", "label": text, "title": text, "type": [text]}},
    "link": lambda text: {v.RESOURCE_LINK: {"id": "1", "title": text, "description": text}},
    "custom": lambda text: {v.CUSTOM: {"page": text, "groups": f"3,{text}", "sourcedid": text}},
    "lis": lambda text: {v.LIS: {"person_sourcedid": text}},
    "roles": lambda text: {v.ROLES: [text]},
    "names": lambda text: {v.NAMES_AND_ROLES: {"context_memberships_url": f"{ISS}/{text}"}},
    "grades": lambda text: {v.GRADES: {"scope": [text], "lineitems": f"{ISS}/{text}", "lineitem": text}},
}
NAMING = {
    "sub": lambda text: {"sub": text},
    "deployment": lambda text: {v.DEPLOYMENT_ID: text},
    "nonce": lambda text: {"nonce": text},
    "context": lambda text: {v.CONTEXT: {"id": text}},
    "link": lambda text: {v.RESOURCE_LINK: {"id": text}},
    "iss": lambda text: {"iss": text},
    "aud": lambda text: {"aud": text},
    "azp": lambda text: {"azp": text},
    "target": lambda text: {v.TARGET_LINK_URI: text},
}


@pytest.mark.parametrize("text", UNFIT, ids=ascii)
@pytest.mark.parametrize("name", CLAIMS)
def test_claim_that_may_be_missing_is_kept_without_them(journey, expect, database, name, text):
    expect.accepted(journey.launch(**CLAIMS[name](text)))
    with database.read() as session:
        kept = [row for table in metadata.sorted_tables for row in session.execute(select(table))]
    assert not [row for row in kept if any(unfit(value) for value in row)]


@pytest.mark.parametrize("text", UNFIT, ids=ascii)
@pytest.mark.parametrize("name", NAMING)
def test_claim_that_names_something_is_refused_with_them(journey, database, name, text):
    assert journey.launch(**NAMING[name](text)).status_code in {400, 401}


def unfit(value: object) -> bool:
    """Whether a stored value, or what lies in it, has a half character or a NUL."""
    shown = value if isinstance(value, str) else repr(value)
    return any(sign in shown for sign in ("\0", "\ud800", "\udfff", "\\x00", "\\ud800", "\\udfff"))

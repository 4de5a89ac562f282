"""The answer to a deep linking request: content items and the claims around them (DL 4.5, SEC 5.2)."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from mmo_lti.lti import vocabulary
from mmo_lti.lti.own_address import LAUNCH_PATH
from mmo_lti.lti.words import words
from mmo_lti.models.association import Association
from mmo_lti.models.registration import Deployment
from mmo_lti.rules.states import AssociationState
from mmo_lti.services.launch import DeepLinkRequest

LIFE = timedelta(minutes=5)
LINK_TYPE = "ltiResourceLink"
ICON = "/static/mmo/icon.png"
ICON_SIZE = 48


@dataclass(frozen=True)
class Pick:
    """Something that can be embedded: a page of ours under a title."""

    page: str
    title: str
    group: str = ""
    code: str = ""
    short: str = ""
    """The title beside others of its group."""


def choices_of(session: Session, centre_id: int) -> list[Pick]:
    """What a course may embed: the city's pages, and home, plan, meetings, documents of each association."""
    picks = [
        Pick("/", words("home")),
        Pick("/associations", words("all_associations")),
    ]
    found = session.execute(
        select(Association.code, Association.genitive)
        .where(
            Association.centre_id == centre_id,
            Association.state.in_([AssociationState.ACTIVE, AssociationState.DRAFT]),
        )
        .order_by(Association.search_key, Association.code)
    )
    for code, genitive in found:
        name = words("association", genitive)
        picks += [
            Pick(f"/a/{code}", name, name, code, words("home_page")),
            Pick(f"/a/{code}/plan", words("association_plan", genitive), name, code, words("plan")),
            Pick(
                f"/a/{code}/meetings", words("association_meetings", genitive), name, code, words("meetings")
            ),
            Pick(
                f"/a/{code}/documents",
                words("association_documents", genitive),
                name,
                code,
                words("documents"),
            ),
        ]
    return picks


def content_items(picks: Sequence[Pick], asked: DeepLinkRequest, public_url: str) -> list[dict[str, Any]]:
    """Items of a type that the platform accepts; the page is a custom parameter and gives no right."""
    if LINK_TYPE not in asked.accept_types:
        return []
    return [
        {
            "type": LINK_TYPE,
            "title": pick.title,
            "url": public_url + LAUNCH_PATH,
            "custom": {vocabulary.PAGE_PARAMETER: pick.page},
            "icon": {"url": public_url + ICON, "width": ICON_SIZE, "height": ICON_SIZE},
        }
        for pick in picks
    ]


def response_claims(
    deployment: Deployment, asked: DeepLinkRequest, items: Sequence[dict[str, Any]], now: datetime
) -> dict[str, Any]:
    """The claims of a `LtiDeepLinkingResponse`; an empty list with a message is «cancelled»."""
    registration = deployment.registration
    claims: dict[str, Any] = {
        "iss": registration.client_id,
        "aud": registration.centre.iss,
        "iat": int(now.timestamp()),
        "exp": int((now + LIFE).timestamp()),
        "nonce": secrets.token_urlsafe(24),
        vocabulary.MESSAGE_TYPE: vocabulary.DEEP_LINKING_RESPONSE,
        vocabulary.VERSION: "1.3.0",
        vocabulary.DEPLOYMENT_ID: deployment.deployment_id,
        vocabulary.CONTENT_ITEMS: list(items),
    }
    if asked.data is not None:
        claims[vocabulary.DEEP_LINKING_DATA] = asked.data
    if not items:
        claims[vocabulary.DEEP_LINKING_MSG] = words("nothing_chosen")
    return claims

"""A registered platform's services for tests: ground, platform, and a token endpoint that counts."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qs

import requests
from joserfc import jws

from mmo_lti.lti import vocabulary as v
from tests.lti.platform import ISS, TOKEN

MEMBERS = f"{ISS}/mod/lti/services.php/CourseSection/2/bindings/1/memberships"
ITEMS = f"{ISS}/mod/lti/services.php/2/lineitems?type_id=1"
ITEM = f"{ISS}/mod/lti/services.php/2/lineitems/4/lineitem?type_id=1"
READ = (v.MEMBERSHIP_SCOPE,)


class TokenEndpoint:
    """Answers token requests and remembers them."""

    def __init__(self, web: Any, **answer: Any) -> None:
        self.asked: list[dict[str, str]] = []
        self.answer = {"access_token": "token-1", "token_type": "Bearer", "expires_in": 3600, **answer}
        web.add_callback("POST", TOKEN, self._answered)

    def _answered(self, request: requests.PreparedRequest) -> tuple[int, dict[str, str], str]:
        self.asked.append({name: values[0] for name, values in parse_qs(str(request.body)).items()})
        number = len(self.asked)
        answer = {**self.answer, "access_token": f"token-{number}"}
        return 200, {}, json.dumps({name: value for name, value in answer.items() if value is not None})

    def assertion(self, number: int = 0) -> tuple[dict[str, Any], dict[str, Any]]:
        """Header and claims of an assertion that was sent."""
        found = jws.extract_compact(self.asked[number]["client_assertion"].encode())
        return dict(found.headers()), json.loads(found.payload)

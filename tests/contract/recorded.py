"""The recorded answers of a real Moodle, and a session that gives one of them."""

import json
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPResponse

FOLDER = Path(__file__).parent.parent / "recorded" / "moodle-4.5"


def names() -> list[str]:
    """Names of all recordings."""
    return sorted(path.stem for path in FOLDER.glob("*.json"))


def load(name: str) -> dict[str, Any]:
    """One recording."""
    recording: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text())
    return recording


class Replay(HTTPAdapter):
    """Answers with recordings, one after the other; keeps the forms that were sent."""

    def __init__(self, recordings: Sequence[dict[str, Any]]) -> None:
        super().__init__()
        self._recordings = list(recordings)
        self.forms: list[list[tuple[str, str]]] = []

    def send(self, request: requests.PreparedRequest, **_: object) -> requests.Response:  # type: ignore[override]
        body = request.body
        assert isinstance(body, bytes)
        self.forms.append(parse_qsl(body.decode(), keep_blank_values=True))
        recording = self._recordings.pop(0)
        if "error" in recording:
            raise requests.ConnectionError(recording["error"], request=request)
        content = content_of(recording)
        headers = dict(recording.get("headers", {}))
        headers.pop("Content-Length", None)
        if "content_type" in recording:
            headers["Content-Type"] = recording["content_type"]
        answer = HTTPResponse(
            body=BytesIO(content), headers=headers, status=recording["status"], preload_content=False
        )
        return self.build_response(request, answer)


def content_of(recording: dict[str, Any]) -> bytes:
    """The body as it was sent; of pages the recording keeps the beginning."""
    if "body_first_400" in recording:
        return str(recording["body_first_400"]).encode()
    if recording.get("response") == "" and "json" not in recording["content_type"]:
        return b""
    return json.dumps(recording["response"]).encode()


def replaying(url: str, *recordings: dict[str, Any]) -> tuple[requests.Session, Replay]:
    """A session that answers with these recordings."""
    session = requests.Session()
    replay = Replay(recordings)
    session.mount(url, replay)
    return session, replay

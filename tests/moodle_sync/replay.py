"""A client whose Moodle plays recorded answers."""

from typing import Any

from moodle_sync.client import MoodleClient
from tests.contract.recorded import replaying
from tests.moodle_sync.conftest import NOW, URL

SECRET = "s3cret-token"


def replay_client(*recordings: dict[str, Any], **more: Any) -> tuple[MoodleClient, Any, list[float]]:
    session, replay = replaying(URL, *recordings)
    pauses: list[float] = []
    client = MoodleClient(
        URL, SECRET, session=session, now=lambda: NOW, sleep=pauses.append, chance=lambda: 0.5, **more
    )
    return client, replay, pauses

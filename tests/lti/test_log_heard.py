"""The code of a refused launch finds its line in the log, however the tool was started."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys

import pytest

ASKS = """
import re
client = app.test_client()
here = {"base_url": "https://tool.example"}
refused = client.get("/lti/register", **here), client.post("/lti/launch", data={"state": "x", "id_token": "x"}, **here)
for page in refused:
    print("CODE", re.search(r"<code>([A-Z2-9]{8})</code>", page.text)[1])
"""
BARE = "from mmo_lti.app import create_app; app = create_app()" + ASKS
CONFIGURED = (
    "import logging; logging.basicConfig(level=logging.WARNING, format='SERVER %(levelname)s %(message)s');"
    + BARE
)
COMMAND = (
    "import waitress\ndef serve(app, **_):"
    + ASKS.replace("\n", "\n    ")
    + "\nwaitress.serve = serve\nfrom tasks.cli import main; main(['web'])"
)


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """An installation of its own, with its tables made."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    own = {
        **kept,
        "MMO_DATA": str(tmp_path_factory.mktemp("heard")),
        "MMO_PUBLIC_URL": "https://tool.example",
        "MMO_SECRET": "of the tests",
    }
    subprocess.run([sys.executable, "-m", "tasks.cli", "migrate"], env=own, capture_output=True, check=True)
    return own


@pytest.mark.parametrize(
    ("started", "line"),
    [
        (BARE, r"^\d{4}-\d\d-\d\d [\d:,]+ (INFO|WARNING) mmo_lti\.lti (\{.*\})$"),
        (CONFIGURED, r"^SERVER (INFO|WARNING) (\{.*\})$"),
        (COMMAND, r"^\d{4}-\d\d-\d\d [\d:,]+ (INFO|WARNING) mmo_lti\.lti (\{.*\})$"),
    ],
    ids=["by a server that sets no log up", "by one that hears warnings only", "by mmo web"],
)
def test_every_code_finds_one_line(settings: dict[str, str], started: str, line: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", started], env=settings, capture_output=True, text=True, check=True
    )
    codes = re.findall(r"^CODE (\w+)$", done.stdout, re.MULTILINE)
    lines = [json.loads(text) for _, text in re.findall(line, done.stderr, re.MULTILINE)]
    assert len(codes) == 2
    assert [one["ref"] for one in lines] == codes
    assert [one["reason"] for one in lines] == ["denied.invitation", "stale.state"]

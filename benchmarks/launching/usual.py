"""The usual Python library for LTI 1.3, as its documentation sets it up; and what no launch goes below."""

from __future__ import annotations

from typing import Any

from flask import Flask, redirect
from joserfc import jws
from joserfc.jwk import RSAKey

from launching.contender import Contender
from launching.moodle import LAUNCH, Moodle

COOKIE_SESSION = "PyLTI1p3, cookie session"
IN_MEMORY = "PyLTI1p3, memory and cached keys"
WHAT_TO_INSTALL = (
    "PyLTI1p3 is not installed, so nothing is compared: pip install -e '.[bench]' (in an environment that "
    "you can throw away), then run this again"
)


def library_is_there() -> bool:
    """Whether there is anything to compare with."""
    try:
        import pylti1p3.contrib.flask  # noqa: F401, PLC0415 - optional
    except ImportError:
        return False
    return True


def with_cookie_session(moodle: Moodle) -> Contender:
    """As it comes: state and launch data in Flask's signed session cookie; the key set is given."""
    return Contender(COOKIE_SESSION, _tool(moodle, storage=None))


def with_memory(moodle: Moodle) -> Contender:
    """Launch data and fetched keys in a cache in memory."""
    from cachelib import SimpleCache  # noqa: PLC0415
    from pylti1p3.contrib.flask import FlaskCacheDataStorage  # noqa: PLC0415

    # Small enough to stay quick: a full cache looks through all its entries.
    storage = FlaskCacheDataStorage(SimpleCache(threshold=1_000_000, default_timeout=600))
    return Contender(IN_MEMORY, _tool(moodle, storage))


def _tool(moodle: Moodle, storage: Any) -> Flask:
    from pylti1p3.contrib.flask import FlaskMessageLaunch, FlaskOIDCLogin, FlaskRequest  # noqa: PLC0415
    from pylti1p3.tool_config import ToolConfDict  # noqa: PLC0415

    platform: dict[str, Any] = {
        "client_id": moodle.client_id,
        "auth_login_url": f"{moodle.iss}/mod/lti/auth.php",
        "auth_token_url": f"{moodle.iss}/mod/lti/token.php",
        "key_set_url": f"{moodle.iss}/mod/lti/certs.php",
        "key_set": moodle.jwks() if storage is None else None,
        "deployment_ids": ["1"],
    }
    conf = ToolConfDict({moodle.iss: platform})
    conf.set_private_key(moodle.iss, moodle.key.as_pem(private=True).decode())
    requests = _Answering(moodle)
    app = Flask(__name__)
    app.secret_key = "of the benchmark"

    @app.post("/lti/login")
    def login() -> Any:
        asked = FlaskRequest(request_is_secure=True)
        return FlaskOIDCLogin(asked, conf, launch_data_storage=storage).redirect(LAUNCH)

    @app.post("/lti/launch")
    def launch() -> Any:
        asked = FlaskRequest(request_is_secure=True)
        message = FlaskMessageLaunch(asked, conf, launch_data_storage=storage, requests_session=requests)
        if storage is not None:
            message.set_public_key_caching(storage, cache_lifetime=7200)
        data = message.get_launch_data()
        return redirect(f"/page?user={data['sub']}&launch={message.get_launch_id()}", 303)

    return app


class _Answering:
    """Stands for `requests`: the key set, once; the cache has it afterwards."""

    def __init__(self, moodle: Moodle) -> None:
        self._keys = moodle.jwks()

    def get(self, _url: str) -> _Answering:
        return self

    def json(self) -> dict[str, Any]:
        return self._keys


def empty_view() -> Flask:
    """A view that does nothing at all."""
    app = Flask(__name__)
    app.add_url_rule("/lti/launch", view_func=lambda: "", methods=["POST"], endpoint="launch")
    return app


def bare_verification(moodle: Moodle) -> Any:
    """One RS256 signature of a whole token checked, and nothing else."""
    key = RSAKey.import_key(moodle.key.as_dict(private=False))
    algorithm = jws.JWSRegistry(algorithms=["RS256"]).get_alg("RS256")

    def check(parts: tuple[bytes, bytes]) -> None:
        if not algorithm.verify(parts[0], parts[1], key):
            raise RuntimeError("a good signature was refused")

    return check

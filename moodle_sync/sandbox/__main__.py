"""`python -m moodle_sync.sandbox`: serve a sandbox Moodle on the loopback interface."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from ipaddress import ip_address
from pathlib import Path
from signal import SIGTERM, signal

from waitress import create_server

from moodle_sync.sandbox.app import create_sandbox, empty_moodle
from moodle_sync.sandbox.city import build_city
from moodle_sync.sandbox.config import SandboxConfig
from moodle_sync.sandbox.model import Token
from moodle_sync.sandbox.small import build_small
from moodle_sync.sandbox.state import Moodle


def _arguments(argv: list[str] | None) -> Namespace:
    parser = ArgumentParser(prog="python -m moodle_sync.sandbox", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="a loopback address")
    parser.add_argument("--port", type=int, default=8080)
    parser.add_argument("--data", type=Path, help="folder in which the site is kept over a restart")
    parser.add_argument("--base-url", default="", help="the site's address, if not http://HOST:PORT")
    parser.add_argument("--tool-url", default="", help="registration address to offer on the tools' page")
    parser.add_argument("--token-file", type=Path, help="file with the web-service token to accept")
    parser.add_argument("--clock-file", type=Path, help="file with the seconds by which the clock is shifted")
    parser.add_argument("--threads", type=int, default=8)
    size = parser.add_mutually_exclusive_group()
    size.add_argument("--city", action="store_true", help="40 associations, 4,800 teachers")
    size.add_argument("--small", action="store_true", help="30 teachers, three groups (the default)")
    arguments = parser.parse_args(argv)
    if not ip_address(arguments.host).is_loopback:
        parser.error("a sandbox lets everybody in without a password: it serves loopback addresses only")
    return arguments


def _accept(moodle: Moodle, token: str) -> None:
    """Let the service account in by this token, besides those that it has."""
    service = moodle.user_named("mmo-service")
    if service is not None:
        moodle.tokens[token] = Token(token, service.id)
        moodle.changed()


def main(argv: list[str] | None = None) -> None:
    """Build the site, or read the one that was kept, and serve it until interrupted."""
    arguments = _arguments(argv)
    config = SandboxConfig(
        base_url=arguments.base_url or f"http://{arguments.host}:{arguments.port}",
        tool_url=arguments.tool_url,
        clock_file=arguments.clock_file,
        data_dir=arguments.data,
    )
    moodle = empty_moodle(config)
    if arguments.city:
        build_city(moodle=moodle)
    else:
        build_small(moodle)
    app = create_sandbox(config, moodle)
    if arguments.token_file is not None:
        _accept(moodle, arguments.token_file.read_text(encoding="utf-8").strip())
    # Ends as by Ctrl+C, so that the last changes are written.
    signal(SIGTERM, lambda *_: sys.exit(0))
    server = create_server(app, host=arguments.host, port=arguments.port, threads=arguments.threads)
    print(f"Moodle: {config.base_url}", file=sys.stderr)  # noqa: T201 - says where to look
    server.run()


if __name__ == "__main__":
    main()

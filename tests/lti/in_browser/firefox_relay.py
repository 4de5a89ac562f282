"""Starts Firefox and stands between it and playwright, which asks every browser for things too many.

Playwright leads Firefox by WebDriver BiDi and sets up things that no test needs: a colour scheme, a folder for
downloads, kept answers. A Firefox that knows no such command refuses it, and playwright then gives up. Here such a
refusal becomes an empty success; all else passes. Run as the browser's executable.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
from asyncio.subprocess import PIPE, create_subprocess_exec
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.asyncio.server import ServerConnection, serve

BROWSER = "/usr/bin/firefox-esr"
NOT_KNOWN = "unknown command"
NOTHING = {"collector": "none"}
"""The result of what was not done; the name is that of a collector which keeps nothing."""
_LISTENS = re.compile(r"WebDriver BiDi listening on (ws://\S+)")
_PLAIN: dict[str, Any] = {"max_size": None, "compression": None, "ping_interval": None}


async def pass_commands(driver: ServerConnection, browser: ClientConnection) -> None:
    """From playwright to Firefox."""
    async for message in driver:
        await browser.send(message)
    await browser.close()


async def pass_answers(driver: ServerConnection, browser: ClientConnection) -> None:
    """From Firefox to playwright."""
    async for message in browser:
        told = json.loads(message)
        if told.get("error") == NOT_KNOWN:
            told = {"type": "success", "id": told["id"], "result": NOTHING}
        await driver.send(json.dumps(told))
    await driver.close()


async def relay(arguments: list[str]) -> int:
    """Run Firefox to its end, told `arguments` and listened to at an address of ours; its exit status."""
    firefox = await create_subprocess_exec(BROWSER, *arguments, stderr=PIPE)
    assert firefox.stderr

    async def serve_driver(driver: ServerConnection) -> None:
        async with connect(f"{address}/session", proxy=None, **_PLAIN) as browser:
            await asyncio.gather(pass_commands(driver, browser), pass_answers(driver, browser))

    async with serve(serve_driver, "127.0.0.1", 0, **_PLAIN) as server:
        port = server.sockets[0].getsockname()[1]
        async for line in firefox.stderr:
            said = line.decode()
            if found := _LISTENS.search(said):
                address = found[1]
                said = said.replace(address, f"ws://127.0.0.1:{port}")
            sys.stderr.write(said)
            sys.stderr.flush()
        return await firefox.wait()


if __name__ == "__main__":
    sys.exit(asyncio.run(relay(sys.argv[1:])))

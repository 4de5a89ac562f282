"""Starts Firefox and stands between it and playwright, which asks every browser for things too many.

Playwright leads Firefox by WebDriver BiDi, always sets the colour scheme and asks for answers' bodies to be kept.
Firefox 153, the long-term release of 2026, knows no such scheme; the older one of a Debian without its updates
keeps no bodies either; playwright then gives up. Here these commands are answered, since no test needs what they
do; all else passes. Run as the browser's executable.
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
ANSWERED_HERE: dict[str, dict[str, Any]] = {
    "emulation.setMediaFeaturesOverride": {},
    "network.addDataCollector": {"collector": "none"},
    "network.removeDataCollector": {},
}
_LISTENS = re.compile(r"WebDriver BiDi listening on (ws://\S+)")
_PLAIN: dict[str, Any] = {"max_size": None, "compression": None, "ping_interval": None}


async def pass_commands(driver: ServerConnection, browser: ClientConnection) -> None:
    """From playwright to Firefox."""
    async for message in driver:
        command = json.loads(message)
        answer = ANSWERED_HERE.get(command["method"])
        if answer is not None:
            await driver.send(json.dumps({"type": "success", "id": command["id"], "result": answer}))
        else:
            await browser.send(message)
    await browser.close()


async def pass_answers(driver: ServerConnection, browser: ClientConnection) -> None:
    """From Firefox to playwright."""
    async for message in browser:
        await driver.send(message)
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

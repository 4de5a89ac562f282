"""Flask as it serves this tool: without what it would find out anew for each request."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask, Request
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.routing import MapAdapter
from werkzeug.sansio.http import parse_cookie
from werkzeug.utils import cached_property


class ToolRequest(Request):
    """A request that finds its cookies without going through all its headers."""

    @cached_property
    def cookies(self) -> ImmutableMultiDict[str, str]:
        """The cookies that the browser sent."""
        found = parse_cookie(self.environ.get("HTTP_COOKIE"), ImmutableMultiDict)
        assert isinstance(found, ImmutableMultiDict)  # noqa: S101 - the class that was asked for
        return found


class Tool(Flask):
    """An application whose hooks and views are plain functions."""

    request_class = ToolRequest
    public_url = ""
    """The tool's address, from the settings."""

    def create_url_adapter(self, request: Request | None) -> MapAdapter | None:
        """Match and build addresses under the tool's own one, whatever host a request names."""
        if request is None:
            return super().create_url_adapter(None)
        scheme, _, host = self.public_url.partition("://")
        return MapAdapter(
            self.url_map,
            server_name=host.partition("/")[0],
            script_name=request.root_path,
            subdomain="",
            url_scheme=scheme,
            path_info=request.path,
            default_method=request.method,
            query_args=request.query_string.decode(errors="replace"),
        )

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Ask of no hook and no view whether it is a coroutine: none is."""
        return func

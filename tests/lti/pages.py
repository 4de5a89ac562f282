"""Pages of the shared test application, behind the same guards as the product's own."""

from flask import Blueprint

from mmo_lti.services.actor import Actor
from mmo_lti.web.request import signed_in

SEEN: list[Actor] = []
"""Who opened `/try/who`, in order."""


def make_blueprint() -> Blueprint:
    """A page for people of connected courses, one for administrators, one that notes who came."""
    pages = Blueprint("try", __name__)

    @pages.get("/try/page")
    def page() -> str:
        return "inside"

    @pages.get("/admin/try")
    def technical() -> str:
        return "technical"

    @pages.get("/try/who")
    def who() -> str:
        SEEN.append(signed_in())
        return "seen"

    return pages

"""Embedded links name no year: they lead to the running one."""

import pytest

from tests.web.conftest import City
from tests.web.visitor import Visitor


@pytest.mark.parametrize("page", ["plan", "meetings", "report"])
def test_lti_106_a_picked_page_opens_in_the_running_year(leader: Visitor, city: City, page: str) -> None:
    code = city.association.code
    answer = leader.get(f"/a/{code}/{page}")
    assert answer.status_code == 302
    assert answer.location.endswith(f"/a/{code}/2026-27/{page}")
    leader.page(f"/a/{code}/2026-27/{page}")


def test_an_association_that_is_not_there_is_no_page(leader: Visitor) -> None:
    leader.page("/a/MMO-99/plan", 404)

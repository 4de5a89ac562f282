"""What all tests share: empty databases to copy, and the same examples in every run."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import settings

from tests.databases import PostgresqlTemplate, SqliteTemplate

# A red build means a change, never luck. `make test-slow` looks further, where that pays (`further.py`).
settings.register_profile("same", derandomize=True, deadline=None)
settings.load_profile("same")


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> SqliteTemplate:
    return SqliteTemplate(tmp_path_factory.mktemp("database"))


@pytest.fixture(scope="session")
def postgresql_template() -> Iterator[PostgresqlTemplate]:
    """Made at the first test that asks for it: without a server only those fail."""
    template = PostgresqlTemplate()
    yield template
    template.drop()

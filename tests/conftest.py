"""What all tests share: empty databases to copy."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.databases import PostgresqlTemplate, SqliteTemplate


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> SqliteTemplate:
    return SqliteTemplate(tmp_path_factory.mktemp("database"))


@pytest.fixture(scope="session")
def postgresql_template() -> Iterator[PostgresqlTemplate]:
    """Made at the first test that asks for it: without a server only those fail."""
    template = PostgresqlTemplate()
    yield template
    template.drop()

"""A run of everything at once over the whole tool, and what must hold when it is quiet again."""

import pytest

pytest.register_assert_rewrite("tests.tasks.chaos.rest", "tests.tasks.chaos.run")

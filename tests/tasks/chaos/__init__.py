"""A run of everything at once over the whole tool, and what must hold when it is quiet again."""

import pytest

pytest.register_assert_rewrite(*(f"tests.tasks.chaos.{name}" for name in ("rest", "run", "workers")))

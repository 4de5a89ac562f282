"""What all tests share."""

from hypothesis import settings

# The same examples in every run: a red build means a change, never luck. `make test-slow` looks further.
settings.register_profile("same", derandomize=True, deadline=None)
settings.load_profile("same")

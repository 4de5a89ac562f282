"""Use cases, each with what it refuses."""

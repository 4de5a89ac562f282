"""Rows for tests, one noun a file: each factory fills what the test does not care about."""

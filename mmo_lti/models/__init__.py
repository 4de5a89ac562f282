"""Mapped classes, one noun a file."""

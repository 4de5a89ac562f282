"""Words that the tool gives to a platform; they live in a template, with the other sentences."""

from __future__ import annotations

from flask import get_template_attribute


def words(name: str, *values: str) -> str:
    """The words called `name`, filled in with `values`, as plain text."""
    macro = get_template_attribute("lti/words.txt", name)
    return str(macro(*values)).strip()

"""Held to what a real Moodle answered."""

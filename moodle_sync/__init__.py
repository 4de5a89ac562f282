"""Moodle and nothing but Moodle: client, desired-versus-actual sync, sandbox."""

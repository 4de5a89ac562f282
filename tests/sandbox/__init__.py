"""The sandbox Moodle, beyond what was recorded."""

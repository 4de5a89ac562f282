"""The Moodle side of the sync, against made-up and recorded Moodles."""

"""The platform side of LTI 1.3 Advantage, as a Moodle 4.5 plays it."""

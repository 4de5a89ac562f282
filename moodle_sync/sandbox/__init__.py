"""A small Moodle: platform side of LTI 1.3 and the REST functions the product uses."""

"""The site's pages: enough of a Moodle to choose a person, open a course and see the tool in its frame."""

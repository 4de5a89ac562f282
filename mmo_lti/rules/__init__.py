"""The regulation as pure functions: no I/O, no clock of its own."""

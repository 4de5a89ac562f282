"""The regulation's rules, by example."""

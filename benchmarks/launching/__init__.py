"""What `benchmarks/launch.py` measures: one contender a file."""

"""Parts of the benchmark of the sync."""

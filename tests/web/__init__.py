"""Pages: who sees what, and what a posted form does."""

"""Examples of behaviour."""

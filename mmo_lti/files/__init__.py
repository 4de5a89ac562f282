"""The archive of bytes."""

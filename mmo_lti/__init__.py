"""What associations are, what the regulation asks of them, and their pages."""

"""Official documents as DOCX and PDF/A, from plain data."""

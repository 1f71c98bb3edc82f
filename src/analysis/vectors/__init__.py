"""Mentions as vectors, and what the tuned encoder reads of them in context."""

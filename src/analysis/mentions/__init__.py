"""Where the term stands: one row per mention, and what was left out with its reason."""

"""Versions of a course where people learn from them: read, compared, shown by a run, and what a mended key changes."""

"""The versions of a course: read, compared, cited, restored, and which of them a run shows."""

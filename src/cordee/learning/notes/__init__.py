"""A learner's private notes and bookmarks: read by nobody else, whatever their role."""

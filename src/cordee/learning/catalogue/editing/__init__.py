"""Pages for who writes the public face: the sheet of a course, fields and paths."""

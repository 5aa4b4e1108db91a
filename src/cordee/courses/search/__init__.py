"""Finding a course: what the catalogue knows of each, kept in step with what is published, and searched."""

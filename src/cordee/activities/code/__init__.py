"""Programs to write: an exercise of the code laboratory as an activity of a course."""

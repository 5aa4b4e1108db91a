"""What people may say of themselves for the statistics of a course, in edX's codes."""

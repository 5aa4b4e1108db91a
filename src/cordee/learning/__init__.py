"""From an answer to a grade to progress to an event."""

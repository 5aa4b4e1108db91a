"""What stands on a course's public page beside its content: the sheet, its history, and how it comes in from files."""
